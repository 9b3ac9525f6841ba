/// Turns the timestamps of one stream into 64-bit tick counts that never wrap.
///
/// Same rule as `SequenceUnwrapper`: each timestamp lies within half a circle of the highest one seen, the first lands in the second turn.
public struct TimestampUnwrapper: Sendable {
    /// The highest tick count seen; `nil` before the first.
    public private(set) var highest: Int64?

    public init() {}

    /// Where `timestamp` stands, in ticks, without remembering it.
    public func extended(_ timestamp: RTPTimestamp) -> Int64 {
        guard let highest else { return 1 << 32 | Int64(timestamp.rawValue) }
        let last = RTPTimestamp(UInt32(truncatingIfNeeded: highest))
        return highest &+ Int64(timestamp.distance(from: last))
    }

    /// Where `timestamp` stands, in ticks; remembers it when it is the highest.
    public mutating func unwrap(_ timestamp: RTPTimestamp) -> Int64 {
        let result = extended(timestamp)
        guard let highest, result <= highest else {
            self.highest = result
            return result
        }
        return result
    }
}
