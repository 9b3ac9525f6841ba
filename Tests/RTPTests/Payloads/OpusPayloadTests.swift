import RTP
import Testing

@Suite struct OpusPayloadTests {
    private func parse(_ payload: [UInt8]) throws -> OpusPayload { try payload.withUnsafeBytes { try OpusPayload(parsing: $0) } }

    /// RFC 6716 table 2: frame sizes of each configuration in units of 2.5 ms.
    static let frameSizes: [Int] =
        [4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8]

    @Test func everyConfigurationHasItsDuration() throws {
        for (configuration, units) in Self.frameSizes.enumerated() {
            let opus = try parse([UInt8(configuration << 3), 0, 0])
            #expect(opus.frameTicks == units * 120 && opus.durationTicks == units * 120, "configuration \(configuration)")
            #expect(opus.duration == .microseconds(units * 2_500))
            #expect(opus.mode == (configuration < 12 ? .silk : configuration < 16 ? .hybrid : .celt))
        }
    }

    @Test func everyFrameCountIsReadUpToItsBound() throws {
        for (configuration, units) in Self.frameSizes.enumerated() {
            for count in 0...63 {
                let opus = try? parse([UInt8(configuration << 3 | 3), UInt8(count), 0])
                #expect((opus != nil) == (count > 0 && count * units <= 48), "configuration \(configuration), \(count) frames")
                #expect(opus.map { $0.durationTicks == units * 120 * count } ?? true)
            }
            #expect(try parse([UInt8(configuration << 3 | 1), 0, 0]).frameCount == 2)
            #expect(try parse([UInt8(configuration << 3 | 2), 0, 0]).durationTicks == units * 240)
        }
    }

    @Test(arguments: ["opus/captured-first", "opus/captured-next", "opus/silence"]) func capturedPacketsAreTwentyMilliseconds(name: String)
        throws
    {
        let opus = try parse(Fixture.bytes(name))
        #expect(opus.durationTicks == 960 && opus.frameCount == 1 && !opus.isDTX)
    }

    @Test func oneOrTwoBytesAreDTX() throws {
        let dtx = try parse(Fixture.bytes("opus/dtx"))
        #expect(dtx.isDTX && dtx.durationTicks == 960 && dtx.mode == .hybrid)
        #expect(try parse(hex("78 00")).isDTX)
        #expect(!(try parse(hex("78 00 00")).isDTX))
    }

    @Test func stereoIsTold() throws {
        #expect(!(try parse(hex("f8 ff fe")).isStereo))
        #expect(try parse(hex("fc ff fe")).isStereo)
    }

    @Test func brokenPacketsThrow() throws {
        #expect(throws: ParseError(.tooShort, at: 0)) { try parse([]) }
        #expect(throws: ParseError(.tooShort, at: 1)) { try parse(hex("fb")) }
        #expect(throws: ParseError(.badValue, at: 1)) { try parse(Fixture.bytes("opus/code-3-too-long")) }
        #expect(try parse(Fixture.bytes("opus/code-3")).durationTicks == 5_760)
    }
}
