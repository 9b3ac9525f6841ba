import RTP

/// Brings a publisher's NTP clock onto ours.
///
/// All streams of one peer stamp their sender reports with one clock, so one offset serves them all, and what was captured together stays together
/// in our own reports: that is what lip-sync rests on. The offset is the smallest difference seen between a report's arrival and its NTP
/// time, since whatever is above it was waiting on the way; it may rise by a millisecond a report, to follow clocks that drift apart.
struct PublisherClock {
    private(set) var offset: Int64?
    /// No clock is further from ours than NTP's era of 136 years.
    static let farthest: Int64 = 4_400_000_000_000_000_000

    mutating func reportReceived(ntp: NTPTime, at now: Instant) {
        let sample = now.nanoseconds &- Self.nanoseconds(ntp)
        guard let known = offset else {
            offset = sample
            return
        }
        // A step of the publisher's clock (set by hand, or a forged report) begins anew instead of being followed by milliseconds.
        if abs(sample &- known) > 10_000_000_000 { offset = sample } else { offset = min(sample, known + 1_000_000) }
    }

    /// When, on our clock, something happened that the publisher dates `ntp`.
    func instant(of ntp: NTPTime) -> Int64? { offset.map { $0 &+ Self.nanoseconds(ntp) } }

    /// NTP time as nanoseconds. The era's 136 years fit an Int64 of nanoseconds.
    static func nanoseconds(_ ntp: NTPTime) -> Int64 {
        Int64(ntp.seconds) * 1_000_000_000 + Int64((UInt64(ntp.fraction) * 1_000_000_000) >> 32)
    }
}

/// The last pair of NTP and RTP time that a stream's sender report gave (RFC 3550 §6.4.1).
struct ReportedTime {
    var ntp: NTPTime
    var timestamp: UInt32
    var arrival: Instant

    /// When `source` was captured, on our clock, in nanoseconds.
    func captured(_ source: UInt32, clockRate: Int, by clock: PublisherClock) -> Int64? {
        guard let base = clock.instant(of: ntp) else { return nil }
        let ticks = Int64(Int32(bitPattern: source &- timestamp))
        return base &+ ticks * 1_000_000_000 / Int64(clockRate)
    }
}
