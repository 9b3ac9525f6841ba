/// A cursor over bytes in network order.
///
/// Lengths are checked before every read and a failed read leaves the cursor where it was. The reader borrows: it is valid only as long
/// as the buffer it was made from.
public struct ByteReader {
    /// The bytes being read.
    public let bytes: UnsafeRawBufferPointer
    /// Where the next read starts, 0…`bytes.count`.
    public private(set) var offset: Int

    /// Reads `bytes` from `offset` on; an offset outside the bytes counts as their end.
    public init(_ bytes: UnsafeRawBufferPointer, offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset >= 0 && offset <= bytes.count ? offset : bytes.count
    }

    /// Bytes not yet read.
    public var remaining: Int { bytes.count &- offset }

    public var isAtEnd: Bool { offset == bytes.count }

    /// Throws `tooShort` unless `count` bytes are left.
    public func require(_ count: Int) throws(ParseError) {
        guard count >= 0, count <= remaining else { throw ParseError(.tooShort, at: offset) }
    }

    public mutating func readUInt8() throws(ParseError) -> UInt8 {
        try require(1)
        defer { offset &+= 1 }
        return bytes[offset]
    }

    public mutating func readUInt16() throws(ParseError) -> UInt16 {
        try require(2)
        defer { offset &+= 2 }
        return bytes.uint16(at: offset)
    }

    /// Three bytes, in the low 24 bits of the result.
    public mutating func readUInt24() throws(ParseError) -> UInt32 {
        try require(3)
        defer { offset &+= 3 }
        return bytes.uint24(at: offset)
    }

    public mutating func readUInt32() throws(ParseError) -> UInt32 {
        try require(4)
        defer { offset &+= 4 }
        return bytes.uint32(at: offset)
    }

    public mutating func readUInt64() throws(ParseError) -> UInt64 {
        try require(8)
        defer { offset &+= 8 }
        return bytes.uint64(at: offset)
    }

    /// The next `count` bytes, not copied.
    public mutating func readBytes(_ count: Int) throws(ParseError) -> UnsafeRawBufferPointer {
        try require(count)
        defer { offset &+= count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset &+ count)])
    }

    public mutating func skip(_ count: Int) throws(ParseError) {
        try require(count)
        offset &+= count
    }
}
