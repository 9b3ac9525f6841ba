/// Composes the header extension of one packet: the four bytes of profile and length, then elements, then padding to whole words.
///
/// An element that its form cannot carry, or that does not fit the buffer, is left out and `append` answers false.
public struct HeaderExtensionWriter {
    @usableFromInline let bytes: UnsafeMutableRawBufferPointer
    @usableFromInline let form: HeaderExtensionForm
    @usableFromInline var offset = 4

    /// Writes at the start of `buffer`, which is where a header without CSRCs has its extension: byte 12 of the packet.
    @inlinable
    public init(_ buffer: UnsafeMutableRawBufferPointer, form: HeaderExtensionForm = .oneByte) {
        bytes = buffer
        self.form = form
    }

    /// Appends an element of `count` bytes, which `body` fills. Id 0, which means "not negotiated", is left out.
    @discardableResult @inlinable
    public mutating func append(id: UInt8, count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) -> Bool {
        let prefix: Int
        switch form {
        case .oneByte:
            guard id >= 1, id <= 14, count >= 1, count <= 16 else { return false }
            prefix = 1
        case .twoByte:
            guard id >= 1, count >= 0, count <= 255 else { return false }
            prefix = 2
        }
        // Room is asked for in whole words, so that `finish` can always pad.
        let next = offset &+ prefix &+ count
        guard (next &+ 3) & ~3 <= bytes.count else { return false }
        if form == .oneByte {
            bytes[offset] = id << 4 | UInt8(truncatingIfNeeded: count &- 1)
        } else {
            bytes[offset] = id
            bytes[offset &+ 1] = UInt8(truncatingIfNeeded: count)
        }
        body(UnsafeMutableRawBufferPointer(rebasing: bytes[(offset &+ prefix)..<next]))
        offset = next
        return true
    }

    /// Appends an element with a copy of `value`, for what is forwarded opaque.
    @discardableResult @inlinable
    public mutating func append(id: UInt8, value: UnsafeRawBufferPointer) -> Bool {
        append(id: id, count: value.count) { if !value.isEmpty { $0.copyMemory(from: value) } }
    }

    /// Pads to whole words and writes profile and length. Answers the extension's bytes, 0 when nothing was appended.
    @inlinable
    public mutating func finish() -> Int {
        guard offset > 4 else { return 0 }
        while offset & 3 != 0 {
            bytes[offset] = 0
            offset &+= 1
        }
        bytes.setUInt16(form.profile, at: 0)
        bytes.setUInt16(UInt16(truncatingIfNeeded: offset / 4 &- 1), at: 2)
        return offset
    }
}
