/// Turns the sequence numbers of one stream into extended ones.
///
/// Each number is placed within half a circle of the highest one seen, so reordering costs nothing and a gap of up to 32,767 packets is
/// followed. The first number lands in the second turn (65536…131071): packets that were sent before it but arrive later still have
/// somewhere to go, and nothing ever goes below zero, whatever the peer sends.
public struct SequenceUnwrapper: Sendable {
    /// The highest number seen; `nil` before the first.
    public private(set) var highest: ExtendedSequenceNumber?

    public init() {}

    /// Where `number` stands, without remembering it. Before the first number, what `unwrap` would answer.
    public func extended(_ number: SequenceNumber) -> ExtendedSequenceNumber {
        guard let highest else { return ExtendedSequenceNumber(1 << 16 | UInt64(number.rawValue)) }
        return highest &+ number.distance(from: highest.sequenceNumber)
    }

    /// Where `number` stands; remembers it when it is the highest.
    public mutating func unwrap(_ number: SequenceNumber) -> ExtendedSequenceNumber {
        let result = extended(number)
        guard let highest, result <= highest else {
            self.highest = result
            return result
        }
        return result
    }
}
