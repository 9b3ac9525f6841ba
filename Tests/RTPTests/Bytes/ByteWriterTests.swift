import RTP
import Testing

@Suite struct ByteWriterTests {
    @Test func writesEveryWidthInNetworkOrder() {
        let written = composed { buffer in
            var writer = ByteWriter(buffer)
            writer.write(UInt8(0x01))
            writer.write(UInt16(0x0203))
            writer.write24(0xFF04_0506)
            writer.write(UInt32(0x0708_090A))
            writer.write(UInt64(0x0B0C_0D0E_0F10_1112))
            writer.writeZeros(2)
            return writer.offset
        }
        #expect(written == hex("01 0203 040506 0708090a 0b0c0d0e0f101112 0000"))
    }

    @Test func whatDoesNotFitIsDroppedAndNothingFollowsIt() {
        let written = composed(4) { buffer in
            var writer = ByteWriter(buffer)
            writer.write(UInt16(0x0102))
            writer.write(UInt32(0x0304_0506))
            writer.write(UInt8(0x07))
            #expect(writer.overflowed && writer.offset == 2)
            writer.rewind(to: 1)
            #expect(!writer.overflowed && writer.remaining == 3)
            writer.write(UInt8(0x08))
            return writer.offset
        }
        #expect(written == hex("01 08"))
    }

    @Test func fillsABufferToItsLastByte() {
        let written = composed(2) { buffer in
            var writer = ByteWriter(buffer)
            hex("aa bb").withUnsafeBytes { writer.write($0) }
            #expect(writer.remaining == 0 && !writer.overflowed)
            writer.write(UnsafeRawBufferPointer(start: nil, count: 0))
            #expect(!writer.overflowed)
            #expect(Array(writer.written) == hex("aa bb"))
            return writer.offset
        }
        #expect(written == hex("aa bb"))
    }
}
