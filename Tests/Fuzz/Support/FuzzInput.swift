/// The bytes of one execution. libFuzzer hands them over in an allocation of their exact size.
func inputBytes(_ data: UnsafePointer<UInt8>?, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: data, count: count)
}

/// A copy that may be written to, of the exact size and `spare` bytes more; freed after the call.
func withMutableInput(_ input: UnsafeRawBufferPointer, spare: Int = 0, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count + spare, alignment: 1)
    defer { copy.deallocate() }
    copy.copyMemory(from: input)
    body(copy)
}

/// Takes numbers off the front of the input; zeros when it is used up.
struct NumberSource {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isEmpty: Bool { offset == bytes.count }

    mutating func byte() -> UInt8 {
        guard offset < bytes.count else { return 0 }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func uint16() -> UInt16 { UInt16(byte()) << 8 | UInt16(byte()) }
    mutating func uint32() -> UInt32 { UInt32(uint16()) << 16 | UInt32(uint16()) }

    /// The next `count` bytes, or as many as there are.
    mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer {
        let taken = min(count, bytes.count - offset)
        defer { offset += taken }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + taken)])
    }

    mutating func int64() -> Int64 { Int64(bitPattern: UInt64(uint32()) << 32 | UInt64(uint32())) }
}
