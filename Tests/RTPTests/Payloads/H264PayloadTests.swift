import RTP
import Testing

@Suite struct H264PayloadTests {
    private func parse(_ payload: [UInt8]) throws -> H264Payload { try payload.withUnsafeBytes { try H264Payload(parsing: $0) } }

    @Test func readsTheSizeOfABaselineStream() throws {
        let h264 = try parse(Fixture.bytes("h264/captured-stap-a-parameter-sets"))
        #expect(h264.packetType == 24 && h264.hasSequenceParameterSet && !h264.hasIDRSlice && h264.isKeyframe)
        #expect(h264.frameSize == FrameSize(width: 320, height: 180))
    }

    /// High profile: chroma format and scaling flags stand before the size, and emulation prevention bytes in it.
    @Test func readsTheSizeOfAHighStream() throws {
        let h264 = try parse(Fixture.bytes("h264/captured-stap-a-high"))
        #expect(h264.hasSequenceParameterSet && h264.frameSize == FrameSize(width: 320, height: 180))
    }

    @Test func tellsWhereAnIDRSliceBegins() throws {
        #expect(try parse(Fixture.bytes("h264/captured-fu-a-idr-start")).hasIDRSlice)
        #expect(!(try parse(Fixture.bytes("h264/captured-fu-a-idr-end")).isKeyframe))
        #expect(!(try parse(Fixture.bytes("h264/captured-fu-a-delta")).isKeyframe))
        #expect(try parse(Fixture.bytes("h264/captured-single-idr")).hasIDRSlice)
        #expect(!(try parse(Fixture.bytes("h264/captured-stap-a-delta")).isKeyframe))
        #expect(try parse(hex("78 00 01 67 00 01 68 00 02 65 88")).hasIDRSlice)
    }

    @Test func aFragmentedParameterSetHasNoSize() throws {
        let h264 = try parse(hex("7c 87 42 c0 0c"))
        #expect(h264.hasSequenceParameterSet && h264.frameSize == nil)
    }

    /// Guard B10: the one-byte over-read of a STAP-A, units that overrun, empty units.
    @Test func brokenAggregatesThrow() throws {
        #expect(throws: ParseError(.tooShort, at: 5)) { try parse(hex("78 00 01 67 00")) }
        #expect(throws: ParseError(.tooShort, at: 5)) { try parse(Fixture.bytes("h264/stap-a-overread")) }
        #expect(throws: ParseError(.badValue, at: 1)) { try parse(Fixture.bytes("h264/stap-a-empty-unit")) }
        #expect(throws: ParseError(.badLength, at: 1)) { try parse(hex("78 ff ff 67")) }
        #expect(throws: ParseError(.tooShort, at: 1)) { try parse(hex("78")) }
        #expect(throws: ParseError(.tooShort, at: 1)) { try parse(hex("78 00 00")) }
    }

    @Test func otherPacketTypesThrow() {
        for type in [0, 25, 26, 27, 29, 30, 31] as [UInt8] {
            #expect(throws: ParseError(.unexpectedType, at: 0)) { try parse([0x60 | type, 0x85, 0, 0]) }
        }
        #expect(throws: ParseError(.tooShort, at: 0)) { try parse([]) }
        #expect(throws: ParseError(.tooShort, at: 1)) { try parse(hex("7c")) }
    }

    @Test func everyTruncationThrowsOrReadsLess() throws {
        for name in try Fixture.names(in: "h264") { for cut in try Fixture.bytes(name).truncations { _ = try? parse(cut) } }
        // Cut inside the captured parameter set: no size, and never a wrong one.
        let set = Array(try Fixture.bytes("h264/captured-stap-a-parameter-sets")[3..<18])
        #expect(try parse(set).frameSize == FrameSize(width: 320, height: 180))
        for cut in set.truncations where !cut.isEmpty {
            let size = try parse(cut).frameSize
            #expect(size == nil || size == FrameSize(width: 320, height: 180))
        }
    }

    /// Parameter sets written bit by bit: (width in macroblocks, height in map units, frame only, crop, size).
    static let sizes: [(UInt32, UInt32, Bool, [UInt32]?, FrameSize?)] = [
        (120, 68, true, [0, 0, 0, 4], FrameSize(width: 1_920, height: 1_080)),
        (120, 34, false, [0, 0, 0, 2], FrameSize(width: 1_920, height: 1_080)),
        (40, 30, true, nil, FrameSize(width: 640, height: 480)),
        (1, 1, true, nil, FrameSize(width: 16, height: 16)),
        (1, 1, true, [4, 4, 0, 0], nil),
        (1, 1, true, [.max / 2, .max / 2, 0, 0], nil),
        (1_024, 1_024, true, nil, FrameSize(width: 16_384, height: 16_384)),
        (1_025, 1, true, nil, nil),
        (1, 1_024, false, nil, nil),
        (.max / 2, .max / 2, true, nil, nil),
    ]

    @Test(arguments: sizes) func sizesAreCroppedAndBounded(
        width: UInt32, height: UInt32, frameOnly: Bool, crop: [UInt32]?, expected: FrameSize?
    ) throws {
        for profile in [66, 100] as [UInt32] {
            var bits = BitWriter()
            bits.write(profile, 8)
            bits.write(0x001F, 16)
            bits.writeUnsigned(0)
            if profile == 100 {
                bits.writeUnsigned(1)
                bits.writeUnsigned(0)
                bits.writeUnsigned(0)
                bits.write(0, 1)
                // Scaling lists: the first ends at once (delta −8), the others are absent.
                bits.write(1, 1)
                bits.write(1, 1)
                bits.writeUnsigned(16)
                bits.write(0, 7)
            }
            bits.writeUnsigned(0)
            // Picture order type 1 with two reference frames.
            bits.writeUnsigned(1)
            bits.write(0, 1)
            bits.writeUnsigned(1)
            bits.writeUnsigned(2)
            bits.writeUnsigned(2)
            bits.writeUnsigned(3)
            bits.writeUnsigned(4)
            bits.writeUnsigned(1)
            bits.write(0, 1)
            bits.writeUnsigned(width - 1)
            bits.writeUnsigned(height - 1)
            bits.write(frameOnly ? 1 : 0, 1)
            if !frameOnly { bits.write(0, 1) }
            bits.write(1, 1)
            bits.write(crop == nil ? 0 : 1, 1)
            for side in crop ?? [] { bits.writeUnsigned(side) }
            #expect(try parse([0x67] + bits.bytes).frameSize == expected, "profile \(profile)")
        }
    }

    /// The most zeros of a code, and one more.
    @Test func endlessCodesEnd() throws {
        for zeros in 0...80 {
            let set = [0x67, 0x42, 0, 0x1F] + [UInt8](repeating: 0, count: zeros)
            #expect(try parse(set).frameSize == nil)
            // With bits behind the zeros: without the bound on a code's zeros this traps.
            #expect(try parse(set + [UInt8](repeating: 0xFF, count: 20)).frameSize == nil || zeros < 4)
        }
    }
}

/// Writes a raw byte sequence payload, with emulation prevention (Rec. ITU-T H.264 §7.4.1), as encoders do.
private struct BitWriter {
    private var bits: [Bool] = []

    mutating func write(_ value: UInt32, _ count: Int) {
        for index in (0..<count).reversed() { bits.append(value >> UInt32(index) & 1 == 1) }
    }

    mutating func writeUnsigned(_ value: UInt32) {
        let code = UInt64(value) + 1
        let length = 64 - code.leadingZeroBitCount
        for _ in 1..<length { bits.append(false) }
        for index in (0..<length).reversed() { bits.append(code >> UInt64(index) & 1 == 1) }
    }

    var bytes: [UInt8] {
        let padded = bits + [true] + [Bool](repeating: false, count: (15 - bits.count % 8) % 8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: padded.count, by: 8) {
            let byte = padded[start..<min(start + 8, padded.count)].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
            if result.suffix(2) == [0, 0], byte <= 3 { result.append(3) }
            result.append(byte)
        }
        return result
    }
}
