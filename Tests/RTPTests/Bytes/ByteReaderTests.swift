import RTP
import Testing

@Suite struct ByteReaderTests {
    @Test func readsEveryWidthInNetworkOrder() throws {
        let bytes = hex("01  02 03  04 05 06  07 08 09 0a  0b 0c 0d 0e 0f 10 11 12  aa bb")
        try bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            let one = try reader.readUInt8()
            let two = try reader.readUInt16()
            let three = try reader.readUInt24()
            let four = try reader.readUInt32()
            let eight = try reader.readUInt64()
            let rest = Array(try reader.readBytes(2))
            #expect(one == 0x01 && two == 0x0203 && three == 0x040506)
            #expect(four == 0x0708_090A && eight == 0x0B0C_0D0E_0F10_1112)
            #expect(rest == [0xAA, 0xBB] && reader.isAtEnd)
        }
    }

    @Test func aReadThatDoesNotFitThrowsItsOffsetAndMovesNothing() {
        hex("01 02 03").withUnsafeBytes { buffer in
            var reader = ByteReader(buffer, offset: 1)
            #expect(throws: ParseError(.tooShort, at: 1)) { try reader.readUInt24() }
            #expect(throws: ParseError(.tooShort, at: 1)) { try reader.readUInt32() }
            #expect(throws: ParseError(.tooShort, at: 1)) { try reader.readUInt64() }
            #expect(throws: ParseError(.tooShort, at: 1)) { try reader.readBytes(3) }
            #expect(throws: ParseError(.tooShort, at: 1)) { try reader.skip(3) }
            #expect(throws: ParseError(.tooShort, at: 1)) { try reader.skip(-1) }
            #expect(throws: ParseError(.tooShort, at: 1)) { try reader.readBytes(.max) }
            #expect(reader.offset == 1 && reader.remaining == 2)
            #expect(throws: Never.self) { try reader.readUInt16() }
            #expect(throws: ParseError(.tooShort, at: 3)) { try reader.readUInt8() }
        }
    }

    @Test(arguments: [-1, 4, Int.max, Int.min]) func anOffsetOutsideCountsAsTheEnd(offset: Int) {
        hex("01 02 03").withUnsafeBytes { #expect(ByteReader($0, offset: offset).isAtEnd) }
    }

    @Test func anEmptyBufferHasNothingToRead() {
        var reader = ByteReader(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(throws: ParseError(.tooShort, at: 0)) { try reader.readUInt8() }
        #expect(throws: Never.self) { try reader.readBytes(0) }
    }

    @Test func errorsAreEqualByReason() {
        #expect(ParseError(.tooShort, at: 1) == ParseError(.tooShort, at: 2))
        #expect(ParseError(.tooShort, at: 1) != ParseError(.badLength, at: 1))
        #expect(ParseError(.badPadding, at: 7).description == "badPadding at byte 7")
    }
}
