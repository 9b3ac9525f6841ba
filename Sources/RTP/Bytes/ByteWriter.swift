/// A cursor that writes in network order into a buffer of fixed size.
///
/// What does not fit is dropped and `overflowed` stays set, so that a composer writes its fields straight through and asks once at the end.
public struct ByteWriter {
    /// The bytes being written.
    public let bytes: UnsafeMutableRawBufferPointer
    /// Where the next write goes: the number of bytes written so far.
    public private(set) var offset: Int
    /// A write did not fit. Nothing was written from that one on.
    public private(set) var overflowed = false

    /// Writes into `bytes` from `offset` on; an offset outside the bytes counts as their end.
    public init(_ bytes: UnsafeMutableRawBufferPointer, offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset >= 0 && offset <= bytes.count ? offset : bytes.count
    }

    /// Bytes that still fit.
    public var remaining: Int { bytes.count &- offset }

    /// The written part of the buffer.
    public var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[0..<offset]) }

    public mutating func write(_ value: UInt8) {
        guard let at = claim(1) else { return }
        bytes[at] = value
    }

    public mutating func write(_ value: UInt16) {
        guard let at = claim(2) else { return }
        bytes.setUInt16(value, at: at)
    }

    /// Writes the low 24 bits.
    public mutating func write24(_ value: UInt32) {
        guard let at = claim(3) else { return }
        bytes.setUInt24(value, at: at)
    }

    public mutating func write(_ value: UInt32) {
        guard let at = claim(4) else { return }
        bytes.setUInt32(value, at: at)
    }

    public mutating func write(_ value: UInt64) {
        guard let at = claim(8) else { return }
        bytes.setUInt64(value, at: at)
    }

    public mutating func write(_ source: UnsafeRawBufferPointer) {
        guard let at = claim(source.count) else { return }
        guard !source.isEmpty else { return }
        UnsafeMutableRawBufferPointer(rebasing: bytes[at..<(at &+ source.count)]).copyMemory(from: source)
    }

    /// Writes `count` zero bytes.
    public mutating func writeZeros(_ count: Int) {
        guard let at = claim(count) else { return }
        for index in at..<(at &+ count) { bytes[index] = 0 }
    }

    /// Goes back to an earlier `offset` and forgets an overflow: how a composer takes back a message that did not fit.
    public mutating func rewind(to earlier: Int) {
        precondition(earlier >= 0 && earlier <= offset, "a writer rewinds only to where it has been")
        offset = earlier
        overflowed = false
    }

    /// Goes on behind bytes that were written by another writer over the same buffer.
    mutating func advance(to later: Int) {
        precondition(later >= offset && later <= bytes.count, "a writer advances only inside its buffer")
        offset = later
    }

    private mutating func claim(_ count: Int) -> Int? {
        guard !overflowed, count >= 0, count <= remaining else {
            overflowed = true
            return nil
        }
        defer { offset &+= count }
        return offset
    }
}
