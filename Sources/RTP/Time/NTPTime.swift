/// Wall-clock time as RTCP writes it: seconds since 1 January 1900 in 32.32 fixed point (RFC 3550 §4, RFC 5905 §6).
///
/// The era ends in 2036; differences are taken modulo 2³² seconds and stay right across it.
public struct NTPTime: Hashable, Sendable, CustomStringConvertible {
    /// Seconds above, fraction (1/2³² s) below.
    public var rawValue: UInt64
    @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    @inlinable
    public init(seconds: UInt32, fraction: UInt32) {
        rawValue = UInt64(seconds) << 32 | UInt64(fraction)
    }

    /// Seconds between 1900 and 1970 (RFC 5905, figure 4).
    @inlinable static var unixEpochSeconds: Int64 { 2_208_988_800 }

    /// The NTP time of a Unix time in nanoseconds, rounded down to 2⁻³² s.
    @inlinable
    public init(unixNanoseconds: Int64) {
        let (whole, rest) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let seconds = rest < 0 ? whole - 1 : whole
        let nanoseconds = rest < 0 ? rest + 1_000_000_000 : rest
        self.init(
            seconds: UInt32(truncatingIfNeeded: seconds &+ NTPTime.unixEpochSeconds),
            fraction: UInt32(truncatingIfNeeded: (UInt64(nanoseconds) << 32) / 1_000_000_000))
    }

    @inlinable public var seconds: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }
    @inlinable public var fraction: UInt32 { UInt32(truncatingIfNeeded: rawValue) }

    /// The middle 32 bits, as LSR and LRR carry them: 1/65536 s (RFC 3550 §6.4.1, RFC 3611 §4.5).
    @inlinable public var middle32: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }

    /// This time minus `other`, in nanoseconds rounded towards zero; within ±68 years.
    @inlinable
    public func nanoseconds(since other: NTPTime) -> Int64 {
        let difference = Int64(bitPattern: rawValue &- other.rawValue)
        let magnitude = difference.magnitude
        let whole = Int64(magnitude >> 32) * 1_000_000_000
        let part = Int64(((magnitude & 0xFFFF_FFFF) * 1_000_000_000) >> 32)
        return difference < 0 ? -(whole + part) : whole + part
    }

    @inlinable public static func - (a: NTPTime, b: NTPTime) -> Duration { .nanoseconds(a.nanoseconds(since: b)) }

    /// `count` nanoseconds later (earlier if negative), modulo the era.
    @inlinable
    public func advanced(byNanoseconds count: Int64) -> NTPTime {
        let (seconds, rest) = count.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let step = (seconds << 32) &+ ((rest << 32) / 1_000_000_000)
        return NTPTime(count < 0 ? rawValue &- step : rawValue &+ step)
    }

    @inlinable public func advanced(by duration: Duration) -> NTPTime { advanced(byNanoseconds: duration.inNanoseconds) }

    /// A duration as DLSR and DLRR carry it: 1/65536 s, 0…18.2 hours, held at the ends.
    @inlinable
    public static func shortFormat(_ duration: Duration) -> UInt32 {
        let nanoseconds = duration.inNanoseconds
        guard nanoseconds > 0 else { return 0 }
        guard nanoseconds < 65_535_000_000_000 else { return .max }
        return UInt32((nanoseconds << 16) / 1_000_000_000)
    }

    /// Round-trip time A − LSR − DLSR (RFC 3550 §6.4.1), where `lastReport` and `delay` come from a report block that arrived at `arrival`.
    ///
    /// `nil` when the peer has had no sender report yet (LSR 0), or when its numbers give a negative or absurd (> 60 s) time:
    /// a peer can write anything there, and clocks drift.
    @inlinable
    public static func roundTrip(arrival: NTPTime, lastReport: UInt32, delay: UInt32) -> Duration? {
        guard lastReport != 0 else { return nil }
        let units = Int64(Int32(bitPattern: arrival.middle32 &- lastReport)) - Int64(delay)
        // Rounding on both sides may give a result just below zero on a fast link; up to 1 ms of that counts as zero.
        guard units >= -66, units <= 60 << 16 else { return nil }
        return .nanoseconds((max(units, 0) * 1_000_000_000) >> 16)
    }

    public var description: String { "\(seconds)+\(fraction)/2^32 s" }
}
