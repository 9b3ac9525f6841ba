/// A point on the monotonic clock of this process (or of a simulation). The epoch means nothing; only differences do.
///
/// Arithmetic stays at the ends of the 64-bit range instead of trapping, so that "never" can be written as `.distantFuture`.
public struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Nanoseconds since the clock's own epoch.
    public var nanoseconds: Int64
    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The epoch of the clock: where virtual time starts.
    @inlinable public static var zero: Instant { Instant(nanoseconds: 0) }
    /// Before every other instant.
    @inlinable public static var distantPast: Instant { Instant(nanoseconds: .min) }
    /// After every other instant.
    @inlinable public static var distantFuture: Instant { Instant(nanoseconds: .max) }

    @inlinable public static func == (a: Instant, b: Instant) -> Bool { a.nanoseconds == b.nanoseconds }
    @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    @inlinable
    public func advanced(by duration: Duration) -> Instant { advanced(byNanoseconds: duration.inNanoseconds) }

    @inlinable
    public func advanced(byNanoseconds count: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
        return Instant(nanoseconds: overflow ? (count < 0 ? .min : .max) : sum)
    }

    /// This instant minus `other`, in nanoseconds.
    @inlinable
    public func nanoseconds(since other: Instant) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return overflow ? (nanoseconds < other.nanoseconds ? .min : .max) : difference
    }

    /// This instant minus `other`, in whole microseconds towards zero.
    @inlinable public func microseconds(since other: Instant) -> Int64 { nanoseconds(since: other) / 1_000 }

    /// This instant minus `other`, in whole milliseconds towards zero.
    @inlinable public func milliseconds(since other: Instant) -> Int64 { nanoseconds(since: other) / 1_000_000 }

    @inlinable public static func - (a: Instant, b: Instant) -> Duration { .nanoseconds(a.nanoseconds(since: b)) }
    @inlinable public static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }
    @inlinable
    public static func - (instant: Instant, duration: Duration) -> Instant {
        let count = duration.inNanoseconds
        return instant.advanced(byNanoseconds: count == .min ? .max : -count)
    }
    @inlinable public static func += (instant: inout Instant, duration: Duration) { instant = instant + duration }

    public var description: String { "\(nanoseconds) ns" }
}
