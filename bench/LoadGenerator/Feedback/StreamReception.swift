import RTP

/// What has come of one received stream: its numbers (RFC 3550 §A.1), its losses (§A.3) and its jitter (§A.8), and which of the last 1,024 numbers
/// have come, so that a packet that comes twice counts once.
struct StreamReception {
    enum Kind {
        case audio, video
        /// Retransmissions of another stream (RFC 4588).
        case repair
    }

    /// What a number was to the stream.
    enum Arrival: Equatable {
        /// Ahead of all before it by so many; 1 is in order.
        case new(Int)
        /// The first with this number, behind others.
        case late
        /// Not the first with this number, or too old to tell.
        case repeated
    }

    /// Numbers that are remembered; libsrtp's replay window here is as wide.
    static let window = 1024

    let ssrc: UInt32
    let kind: Kind
    private(set) var highest: UInt16
    private let first: UInt32
    private var cycles: UInt32 = 0
    private var seen = InlineArray<16, UInt64>(repeating: 0)
    /// On this SSRC, repetitions among them.
    private var received: UInt32 = 0
    private var expectedBefore: UInt32 = 0
    private var receivedBefore: UInt32 = 0
    /// Ticks × 16.
    private var jitter: UInt32 = 0
    private var transit: UInt32?
    private var lastSenderReport: UInt32 = 0
    private var lastSenderReportAt: Int64 = 0

    /// The stream begins with this number, which is still to be noted.
    init(ssrc: UInt32, kind: Kind, first sequence: UInt16) {
        (self.ssrc, self.kind) = (ssrc, kind)
        highest = sequence &- 1
        first = UInt32(sequence)
        cycles = sequence == 0 ? UInt32.max << 16 : 0
    }

    /// A packet of this SSRC.
    @inline(__always)
    mutating func arrived(_ sequence: UInt16, timestamp: UInt32, at now: Int64) -> Arrival {
        received &+= 1
        let ticks = UInt32(truncatingIfNeeded: now &* (kind == .audio ? 48 : 90) / 1_000_000) &- timestamp
        if let transit {
            let difference = Int32(bitPattern: ticks &- transit).magnitude
            jitter = jitter &+ difference &- (jitter &+ 8) >> 4
        }
        transit = ticks
        return note(sequence)
    }

    /// A packet that came back as a retransmission on another SSRC: it is there, but no packet of this one.
    mutating func restored(_ sequence: UInt16) -> Arrival { note(sequence) }

    @inline(__always)
    private mutating func note(_ sequence: UInt16) -> Arrival {
        let distance = Int(Int16(bitPattern: sequence &- highest))
        if distance > 0 {
            forget(distance, from: highest &+ 1)
            if sequence < highest { cycles &+= 1 << 16 }
            highest = sequence
            _ = mark(sequence)
            return .new(distance)
        }
        guard -distance < Self.window else { return .repeated }
        return mark(sequence) ? .late : .repeated
    }

    /// - Returns: whether it was not there yet.
    @inline(__always)
    private mutating func mark(_ sequence: UInt16) -> Bool {
        let row = Int(sequence) >> 6 & 15
        let bit: UInt64 = 1 << UInt64(sequence & 63)
        defer { seen[row] |= bit }
        return seen[row] & bit == 0
    }

    @inline(__always)
    private mutating func forget(_ count: Int, from sequence: UInt16) {
        guard count < Self.window else {
            seen = InlineArray(repeating: 0)
            return
        }
        var number = sequence
        for _ in 0..<count {
            seen[Int(number) >> 6 & 15] &= ~(1 << UInt64(number & 63))
            number &+= 1
        }
    }

    mutating func senderReportArrived(_ ntp: NTPTime, at now: Int64) {
        lastSenderReport = ntp.middle32
        lastSenderReportAt = now
    }

    /// The block about this stream; losses are since the block before.
    mutating func report(at now: Int64) -> ReportBlock {
        let extended = cycles &+ UInt32(highest)
        let expected = extended &- first &+ 1
        let wanted = Int64(expected &- expectedBefore)
        let lost = wanted - Int64(received &- receivedBefore)
        (expectedBefore, receivedBefore) = (expected, received)
        return ReportBlock(
            ssrc: SSRC(ssrc), fractionLost: lost > 0 && wanted > 0 ? UInt8(min(255, lost * 256 / wanted)) : 0,
            cumulativeLost: Int32(truncatingIfNeeded: Int64(expected) - Int64(received)), highestSequenceNumber: extended,
            jitterTicks: jitter >> 4, lastSenderReport: lastSenderReport,
            delaySinceLastSenderReport: lastSenderReport == 0 ? 0 : NTPTime.shortFormat(.nanoseconds(now - lastSenderReportAt)))
    }
}
