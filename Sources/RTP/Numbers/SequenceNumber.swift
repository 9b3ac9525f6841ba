/// The 16-bit sequence number of a packet (RFC 3550 §5.1).
///
/// It runs in a circle, so "later" means "less than half the circle ahead" (serial number arithmetic, RFC 1982). There is no total order and
/// therefore no `Comparable`; unwrap to an `ExtendedSequenceNumber` where one is needed.
public struct SequenceNumber: Hashable, Sendable, CustomStringConvertible {
    public var rawValue: UInt16
    @inlinable public init(_ rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable public static func == (a: SequenceNumber, b: SequenceNumber) -> Bool { a.rawValue == b.rawValue }

    /// The shorter way round from `other` to this number, −32768…32767. Exactly half the circle is −32768 in both directions.
    @inlinable
    public func distance(from other: SequenceNumber) -> Int {
        Int(Int16(bitPattern: rawValue &- other.rawValue))
    }

    /// True when this number is 1…32767 ahead. At exactly half the circle, where RFC 1982 §3.2 leaves it open, neither is newer.
    @inlinable
    public func isNewer(than other: SequenceNumber) -> Bool { distance(from: other) > 0 }

    /// `count` packets later, round the circle.
    @inlinable
    public static func &+ (number: SequenceNumber, count: Int) -> SequenceNumber {
        SequenceNumber(number.rawValue &+ UInt16(truncatingIfNeeded: count))
    }

    /// `count` packets earlier, round the circle.
    @inlinable
    public static func &- (number: SequenceNumber, count: Int) -> SequenceNumber {
        SequenceNumber(number.rawValue &- UInt16(truncatingIfNeeded: count))
    }

    public var description: String { "\(rawValue)" }
}
