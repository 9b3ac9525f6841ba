// `Duration` counts attoseconds in 128 bits. Packet code works in 64-bit nanoseconds; these are the two bridges.

extension Duration {
    /// Whole nanoseconds, rounded towards zero; beyond 64 bits (292 years) the nearest end of the range.
    @inlinable
    public var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        if overflow || carry { return seconds < 0 ? .min : .max }
        return sum
    }

    /// Whole microseconds, rounded towards zero.
    @inlinable public var inMicroseconds: Int64 { inNanoseconds / 1_000 }

    /// Whole milliseconds, rounded towards zero.
    @inlinable public var inMilliseconds: Int64 { inNanoseconds / 1_000_000 }

    /// Seconds as a floating-point number, for rates and logs.
    @inlinable public var inSeconds: Double { Double(inNanoseconds) / 1e9 }
}
