/// Why bytes from a peer were refused, and where.
///
/// A peer's mistake is never a trap: every parser of this module throws this one type. Two errors are equal when their reasons are,
/// so that tests and counters match on the reason and the offset stays a detail for the log.
public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
        /// The bytes end before the field does.
        case tooShort
        /// The version bits are not 2 (RFC 3550 §5.1, §6.4.1).
        case badVersion
        /// A length or count field contradicts the bytes around it.
        case badLength
        /// The padding count is zero, or larger than what it pads (RFC 3550 §5.1).
        case badPadding
        /// A field holds a value that the standard forbids or reserves.
        case badValue
        /// Well-formed, but not the kind of message or payload the caller asked for.
        case unexpectedType
    }

    /// What was wrong.
    public var reason: Reason
    /// Byte offset of the field, from the start of the bytes that the parser was given.
    public var offset: Int

    @inlinable
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    public static func == (a: ParseError, b: ParseError) -> Bool { a.reason == b.reason }
    public func hash(into hasher: inout Hasher) { hasher.combine(reason) }

    public var description: String { "\(reason) at byte \(offset)" }
}
