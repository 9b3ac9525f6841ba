import RTP

/// What a client keeps per received stream: numbers, losses, and the report block about it (RFC 3550 §6.4, appendix A).
package struct ReceiveStream: Sendable {
    private struct Missing: Sendable {
        var number: Int
        var lastRequest: Instant?
        var tries = 0
    }

    /// As libwebrtc: ten requests, 100 ms apart while the round-trip time is not known.
    private static let triesBound = 10
    private static let retryInterval = Duration.milliseconds(100)
    private static let missingBound = 1000
    private static let overtakenAtStart = 64

    package let ssrc: UInt32
    package let clockRate: Int
    package private(set) var received = 0
    package private(set) var duplicates = 0
    package private(set) var lastArrival: Instant?
    private var unwrapper = Unwrapper(bits: 16)
    private var first: Int?
    private var missing: [Missing] = []
    private var jitter = 0.0
    private var lastTransit: Int32?
    private var reportedExpected = 0
    private var reportedReceived = 0
    private var lastReport: (middle: UInt32, at: Instant)?

    package init(ssrc: UInt32, clockRate: Int) {
        self.ssrc = ssrc
        self.clockRate = clockRate
    }

    package var highest: Int? { unwrapper.last }

    /// Takes note of a packet; returns its unwrapped number, or `nil` for one that was there before.
    package mutating func receive(_ packet: WirePacket, at now: Instant) -> Int? {
        lastArrival = now
        updateJitter(packet, at: now)
        guard let number = take(packet.sequenceNumber) else { return nil }
        received += 1
        return number
    }

    /// A packet that came back on RTX: it fills a gap, but does not count as received here.
    package mutating func recover(_ number: UInt16, at now: Instant) -> Int? {
        lastArrival = now
        return take(number)
    }

    private mutating func take(_ sequenceNumber: UInt16) -> Int? {
        let previous = unwrapper.last
        let number = unwrapper.unwrap(UInt32(sequenceNumber))
        guard let previous, let first else {
            self.first = number
            return number
        }
        if number < first, first - number <= Self.overtakenAtStart {
            // The very first packets came out of order.
            for lost in (number + 1)..<max(number + 1, first) { missing.append(Missing(number: lost)) }
            missing.sort { $0.number < $1.number }
            self.first = number
            return number
        }
        if number > previous {
            for lost in (previous + 1)..<max(previous + 1, number) { missing.append(Missing(number: lost)) }
            if missing.count > Self.missingBound { missing.removeFirst(missing.count - Self.missingBound) }
            return number
        }
        guard let index = missing.firstIndex(where: { $0.number == number }) else {
            duplicates += 1
            return nil
        }
        missing.remove(at: index)
        return number
    }

    private mutating func updateJitter(_ packet: WirePacket, at now: Instant) {
        let arrival = UInt32(truncatingIfNeeded: now.nanoseconds / 1_000 * Int64(clockRate) / 1_000_000)
        let transit = Int32(bitPattern: arrival &- packet.timestamp)
        if let lastTransit { jitter += (Double(abs(Int64(transit) - Int64(lastTransit))) - jitter) / 16 }
        lastTransit = transit
    }

    /// The numbers to ask for now, in order. Those asked for ten times are given up.
    package mutating func requests(at now: Instant) -> [UInt16] {
        missing.removeAll { $0.tries >= Self.triesBound }
        var due: [UInt16] = []
        for index in missing.indices where missing[index].lastRequest.map({ now - $0 >= Self.retryInterval }) ?? true {
            missing[index].lastRequest = now
            missing[index].tries += 1
            due.append(UInt16(truncatingIfNeeded: missing[index].number))
        }
        return due
    }

    /// When `requests` may have something to say.
    package var nextRequest: Instant? {
        missing.isEmpty ? nil : missing.lazy.map { ($0.lastRequest ?? .distantPast) + Self.retryInterval }.min()
    }

    /// What lies before a keyframe is not needed any more.
    package mutating func forget(before number: Int) {
        missing.removeAll { $0.number < number }
    }

    package mutating func senderReportArrived(ntp: UInt64, at now: Instant) {
        lastReport = (UInt32(truncatingIfNeeded: ntp >> 16), now)
    }

    /// The report block since the last one.
    package mutating func report(at now: Instant) -> WireRTCP.Block? {
        guard let first, let highest else { return nil }
        let expected = highest - first + 1
        let lost = max(0, (expected - reportedExpected) - (received - reportedReceived))
        var block = WireRTCP.Block()
        block.ssrc = ssrc
        block.fractionLost = expected > reportedExpected ? UInt8(min(255, lost * 256 / (expected - reportedExpected))) : 0
        block.cumulativeLost = Int32(clamping: max(-0x80_0000, min(0x7F_FFFF, expected - received)))
        block.highestSequence = UInt32(truncatingIfNeeded: highest)
        block.jitter = UInt32(jitter)
        if let lastReport {
            block.lastSR = lastReport.middle
            block.delaySinceLastSR = UInt32(truncatingIfNeeded: now.nanoseconds(since: lastReport.at) * 65_536 / 1_000_000_000)
        }
        (reportedExpected, reportedReceived) = (expected, received)
        return block
    }
}
