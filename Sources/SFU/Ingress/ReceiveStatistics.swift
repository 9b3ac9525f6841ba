import RTP

/// What a receiver report says about one incoming stream (RFC 3550 §6.4.1, appendices A.3 and A.8).
///
/// Packets repaired by RTX are not counted as received, so that the report tells what the network did.
struct ReceiveStatistics {
    private(set) var packets: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    private var base: UInt64?
    private(set) var highest: UInt64 = 0
    private var lastTransit: Int64 = 0
    private var hasTransit = false
    /// Sixteen times the jitter in timestamp ticks (A.8 keeps it so, to round rightly).
    private var jitterTimes16: Int64 = 0
    private var expectedPrior: UInt64 = 0
    private var packetsPrior: UInt64 = 0

    mutating func received(_ sequence: UInt64, timestamp: UInt32, bytes count: Int, clockRate: Int, at now: Instant) {
        packets += 1
        bytes += UInt64(count)
        if base == nil {
            base = sequence
            highest = sequence
        }
        if sequence > highest { highest = sequence }
        updateJitter(timestamp: timestamp, clockRate: clockRate, at: now)
    }

    /// D(i,j) of RFC 3550 §6.4.1, in ticks; kept modulo 2^32 so that neither clock's epoch matters.
    private mutating func updateJitter(timestamp: UInt32, clockRate: Int, at now: Instant) {
        let microseconds = now.nanoseconds / 1_000
        let arrival = microseconds / 1_000_000 * Int64(clockRate) + microseconds % 1_000_000 * Int64(clockRate) / 1_000_000
        let transit = Int64(Int32(truncatingIfNeeded: arrival &- Int64(timestamp)))
        defer {
            lastTransit = transit
            hasTransit = true
        }
        guard hasTransit else { return }
        let difference = Int64(Int32(truncatingIfNeeded: transit &- lastTransit).magnitude)
        jitterTimes16 += difference - ((jitterTimes16 + 8) >> 4)
    }

    var jitterTicks: UInt32 { UInt32(truncatingIfNeeded: max(0, jitterTimes16) >> 4) }

    /// Packets expected so far.
    var expected: UInt64 { base.map { highest - $0 + 1 } ?? 0 }

    /// Lost since the start, as the report's 24-bit field holds it.
    var cumulativeLost: Int32 {
        let lost = Int64(expected) - Int64(packets)
        return Int32(max(-0x80_0000, min(0x7F_FFFF, lost)))
    }

    /// The lost part since the last call, in 1/256; begins the next interval.
    mutating func takeFractionLost() -> UInt8 {
        let expectedInterval = Int64(expected) - Int64(expectedPrior)
        let receivedInterval = Int64(packets) - Int64(packetsPrior)
        expectedPrior = expected
        packetsPrior = packets
        let lost = expectedInterval - receivedInterval
        guard expectedInterval > 0, lost > 0 else { return 0 }
        return UInt8(min(255, lost * 256 / expectedInterval))
    }
}
