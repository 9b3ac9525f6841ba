/// Network byte order over arrays, for the simulation's own wire formats.
extension [UInt8] {
    package mutating func append(big value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    package mutating func append(big value: UInt32) {
        append(big: UInt16(truncatingIfNeeded: value >> 16))
        append(big: UInt16(truncatingIfNeeded: value))
    }

    package mutating func append(big value: UInt64) {
        append(big: UInt32(truncatingIfNeeded: value >> 32))
        append(big: UInt32(truncatingIfNeeded: value))
    }

    /// The lower three bytes.
    package mutating func append(big24 value: UInt32) {
        append(UInt8(truncatingIfNeeded: value >> 16))
        append(big: UInt16(truncatingIfNeeded: value))
    }
}

/// Reading. The caller has checked the length; indices are those of the collection.
extension RandomAccessCollection<UInt8> where Index == Int {
    package func big16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    package func big24(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 16 | UInt32(big16(at: offset + 1))
    }

    package func big32(at offset: Int) -> UInt32 {
        UInt32(big16(at: offset)) << 16 | UInt32(big16(at: offset + 2))
    }

    package func big64(at offset: Int) -> UInt64 {
        UInt64(big32(at: offset)) << 32 | UInt64(big32(at: offset + 4))
    }
}
