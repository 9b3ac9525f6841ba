/// A sequence number with the number of times round the circle above its low 16 bits (RFC 3550 §6.4.1, appendix A.1).
///
/// The wire carries 32 bits of it in reception reports; here it is 64 bits wide and never wraps.
public struct ExtendedSequenceNumber: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var rawValue: UInt64
    @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// The number as it stands in the packet.
    @inlinable public var sequenceNumber: SequenceNumber { SequenceNumber(UInt16(truncatingIfNeeded: rawValue)) }

    @inlinable public static func == (a: ExtendedSequenceNumber, b: ExtendedSequenceNumber) -> Bool { a.rawValue == b.rawValue }
    @inlinable public static func < (a: ExtendedSequenceNumber, b: ExtendedSequenceNumber) -> Bool { a.rawValue < b.rawValue }

    /// This number minus `other`, in packets.
    @inlinable
    public func distance(from other: ExtendedSequenceNumber) -> Int { Int(truncatingIfNeeded: rawValue &- other.rawValue) }

    @inlinable
    public static func &+ (number: ExtendedSequenceNumber, count: Int) -> ExtendedSequenceNumber {
        ExtendedSequenceNumber(number.rawValue &+ UInt64(truncatingIfNeeded: count))
    }

    @inlinable
    public static func &- (number: ExtendedSequenceNumber, count: Int) -> ExtendedSequenceNumber {
        ExtendedSequenceNumber(number.rawValue &- UInt64(truncatingIfNeeded: count))
    }

    public var description: String { "\(rawValue)" }
}
