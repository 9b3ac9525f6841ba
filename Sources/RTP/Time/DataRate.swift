/// Bits per second.
public struct DataRate: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var bitsPerSecond: Int
    @inlinable public init(bitsPerSecond: Int) { self.bitsPerSecond = bitsPerSecond }
    @inlinable public static var zero: DataRate { DataRate(bitsPerSecond: 0) }
    @inlinable public static func kilobits(_ count: Int) -> DataRate { DataRate(bitsPerSecond: count * 1_000) }
    @inlinable public static func megabits(_ count: Double) -> DataRate { DataRate(bitsPerSecond: Int(count * 1_000_000)) }

    /// The rate at which `bytes` pass in `duration`; zero for an empty or negative duration.
    @inlinable
    public init(bytes: Int, over duration: Duration) {
        let seconds = duration.inSeconds
        let rate = seconds > 0 ? Double(bytes) * 8 / seconds : 0
        bitsPerSecond = rate < Double(Int.max) ? Int(rate) : .max
    }

    @inlinable public static func == (a: DataRate, b: DataRate) -> Bool { a.bitsPerSecond == b.bitsPerSecond }
    @inlinable public static func < (a: DataRate, b: DataRate) -> Bool { a.bitsPerSecond < b.bitsPerSecond }
    @inlinable public static func + (a: DataRate, b: DataRate) -> DataRate { DataRate(bitsPerSecond: a.bitsPerSecond + b.bitsPerSecond) }
    @inlinable public static func - (a: DataRate, b: DataRate) -> DataRate { DataRate(bitsPerSecond: a.bitsPerSecond - b.bitsPerSecond) }
    @inlinable
    public static func * (rate: DataRate, factor: Double) -> DataRate {
        let product = Double(rate.bitsPerSecond) * factor
        return DataRate(bitsPerSecond: product < Double(Int.max) ? Int(max(product, -Double(Int.max / 2))) : .max)
    }

    /// Whole bytes that pass in `duration`, held at the ends of the range.
    @inlinable
    public func bytes(in duration: Duration) -> Int {
        let count = Double(bitsPerSecond) * duration.inSeconds / 8
        return count < Double(Int.max) ? Int(max(count, -Double(Int.max / 2))) : .max
    }

    /// How long `bytes` take at this rate; `nil` when the rate is not positive.
    @inlinable
    public func time(toSend bytes: Int) -> Duration? {
        guard bitsPerSecond > 0 else { return nil }
        return .nanoseconds(Int64(min(Double(bytes) * 8e9 / Double(bitsPerSecond), 9e18)))
    }

    public var description: String { "\(bitsPerSecond) bit/s" }
}
