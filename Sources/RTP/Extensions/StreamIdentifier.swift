/// A MID, RID or repaired RID as packets carry it (RFC 8843 §15, RFC 8852 §3): 1…16 characters, held inline.
///
/// RFC 8843 lets a MID be longer in the two-byte form; ours are short, every browser's are, and sixteen bytes are what the one-byte form carries.
/// Characters are those of RFC 8851's rid-id and RFC 8866's token, of which visible ASCII is the common superset.
public struct StreamIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// The most characters an identifier has here.
    @inlinable public static var maximumLength: Int { 16 }

    /// Characters 0…7 in memory order of the wire, then 8…15; unused bytes are zero.
    @usableFromInline var low: UInt64
    @usableFromInline var high: UInt64
    @usableFromInline var length: UInt8

    /// Number of characters.
    @inlinable public var count: Int { Int(length) }

    /// `nil` for an empty or too long value, or one with a byte outside visible ASCII.
    @inlinable
    public init?(_ value: UnsafeRawBufferPointer) {
        guard value.count >= 1, value.count <= StreamIdentifier.maximumLength else { return nil }
        var low: UInt64 = 0
        var high: UInt64 = 0
        for index in 0..<value.count {
            let byte = value[index]
            guard byte > 0x20, byte < 0x7F else { return nil }
            if index < 8 { low |= UInt64(byte) << UInt64(index &* 8) } else { high |= UInt64(byte) << UInt64((index &- 8) &* 8) }
        }
        self.low = low
        self.high = high
        length = UInt8(truncatingIfNeeded: value.count)
    }

    /// `nil` for a string that is empty, too long, or not visible ASCII.
    public init?(_ string: String) {
        var string = string
        guard let parsed = string.withUTF8({ StreamIdentifier(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = parsed
    }

    /// The character at `index`, 0..<`count`.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "a character of the identifier")
        return UInt8(truncatingIfNeeded: index < 8 ? low >> UInt64(index &* 8) : high >> UInt64((index &- 8) &* 8))
    }

    @inlinable
    public static func == (a: StreamIdentifier, b: StreamIdentifier) -> Bool {
        a.low == b.low && a.high == b.high && a.length == b.length
    }

    public var description: String {
        String(unsafeUninitializedCapacity: StreamIdentifier.maximumLength) { buffer in
            for index in 0..<count { buffer[index] = self[index] }
            return count
        }
    }
}

extension HeaderExtensionWriter {
    @discardableResult @inlinable
    public mutating func append(_ value: StreamIdentifier, id: UInt8) -> Bool {
        append(id: id, count: value.count) { bytes in
            for index in 0..<value.count { bytes[index] = value[index] }
        }
    }
}
