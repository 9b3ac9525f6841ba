// Big-endian loads and stores without alignment. Bounds are the caller's business: every use in this module stands behind a length check,
// and debug builds check again in the subscript.

extension UnsafeRawBufferPointer {
    /// The big-endian 16 bits at `offset`; the caller has checked that two bytes are there.
    @inlinable
    public func uint16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The big-endian 24 bits at `offset`; the caller has checked that three bytes are there.
    @inlinable
    public func uint24(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 16 | UInt32(uint16(at: offset &+ 1))
    }

    /// The big-endian 32 bits at `offset`; the caller has checked that four bytes are there.
    @inlinable
    public func uint32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The big-endian 64 bits at `offset`; the caller has checked that eight bytes are there.
    @inlinable
    public func uint64(at offset: Int) -> UInt64 {
        UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores 16 bits at `offset`; the caller has checked that two bytes are there.
    @inlinable
    public func setUInt16(_ value: UInt16, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Stores the low 24 bits at `offset`; the caller has checked that three bytes are there.
    @inlinable
    public func setUInt24(_ value: UInt32, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 16)
        setUInt16(UInt16(truncatingIfNeeded: value), at: offset &+ 1)
    }

    /// Stores 32 bits at `offset`; the caller has checked that four bytes are there.
    @inlinable
    public func setUInt32(_ value: UInt32, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Stores 64 bits at `offset`; the caller has checked that eight bytes are there.
    @inlinable
    public func setUInt64(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
    }
}
