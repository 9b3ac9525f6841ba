/// Reads the bits of a raw byte sequence payload: fixed fields and Exp-Golomb codes (Rec. ITU-T H.264 §7.2, §9.1), stepping over the
/// emulation prevention byte in 00 00 03 (§7.4.1).
struct ExpGolombReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    /// Bits of `current` not yet read.
    private var bitsLeft = 0
    private var current: UInt8 = 0
    /// Zero bytes just before `offset`.
    private var zeros = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func error(_ reason: ParseError.Reason) -> ParseError { ParseError(reason, at: offset) }

    mutating func readBit() throws(ParseError) -> UInt32 {
        if bitsLeft == 0 { try loadByte() }
        bitsLeft -= 1
        return UInt32(current >> UInt8(bitsLeft) & 1)
    }

    /// Up to 32 bits.
    mutating func readBits(_ count: Int) throws(ParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count { value = value << 1 | (try readBit()) }
        return value
    }

    mutating func skipBits(_ count: Int) throws(ParseError) {
        for _ in 0..<count { _ = try readBit() }
    }

    /// ue(v): n zeros, a one, n bits. At most 31 zeros, which every field of H.264 keeps to.
    mutating func readUnsigned() throws(ParseError) -> UInt32 {
        var zeroBits = 0
        while try readBit() == 0 {
            zeroBits += 1
            guard zeroBits <= 31 else { throw error(.badValue) }
        }
        let suffix = try readBits(zeroBits)
        return (1 << UInt32(zeroBits)) - 1 + suffix
    }

    /// se(v): 1, −1, 2, −2, …
    mutating func readSigned() throws(ParseError) -> Int32 {
        let code = try readUnsigned()
        let magnitude = Int32(bitPattern: code >> 1)
        return code & 1 == 1 ? magnitude &+ 1 : -magnitude
    }

    private mutating func loadByte() throws(ParseError) {
        guard offset < bytes.count else { throw error(.tooShort) }
        if zeros >= 2, bytes[offset] == 3 {
            zeros = 0
            offset += 1
            guard offset < bytes.count else { throw error(.tooShort) }
        }
        current = bytes[offset]
        zeros = current == 0 ? zeros + 1 : 0
        offset += 1
        bitsLeft = 8
    }
}
