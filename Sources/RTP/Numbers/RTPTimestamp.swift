/// The 32-bit media timestamp of a packet, in ticks of the codec's clock (RFC 3550 §5.1). Runs in a circle, like `SequenceNumber`.
public struct RTPTimestamp: Hashable, Sendable, CustomStringConvertible {
    public var rawValue: UInt32
    @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable public static func == (a: RTPTimestamp, b: RTPTimestamp) -> Bool { a.rawValue == b.rawValue }

    /// The shorter way round from `other` to this timestamp, in ticks. Exactly half the circle is −2³¹ in both directions.
    @inlinable
    public func distance(from other: RTPTimestamp) -> Int {
        Int(Int32(bitPattern: rawValue &- other.rawValue))
    }

    /// True when this timestamp is less than half the circle ahead.
    @inlinable
    public func isNewer(than other: RTPTimestamp) -> Bool { distance(from: other) > 0 }

    /// `ticks` later (earlier if negative), round the circle.
    @inlinable
    public static func &+ (timestamp: RTPTimestamp, ticks: Int) -> RTPTimestamp {
        RTPTimestamp(timestamp.rawValue &+ UInt32(truncatingIfNeeded: ticks))
    }

    /// `ticks` earlier, round the circle.
    @inlinable
    public static func &- (timestamp: RTPTimestamp, ticks: Int) -> RTPTimestamp {
        RTPTimestamp(timestamp.rawValue &- UInt32(truncatingIfNeeded: ticks))
    }

    public var description: String { "\(rawValue)" }
}
