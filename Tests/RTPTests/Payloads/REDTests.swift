import RTP
import Testing

@Suite struct REDTests {
    /// Each block as payload type, offset and bytes.
    private func blocks(_ payload: [UInt8]) throws -> [String] {
        try payload.withUnsafeBytes { buffer in
            let red = try RED(parsing: buffer)
            let all = Array(red)
            #expect(all.last == red.primary && all.count == red.redundantCount + 1)
            return all.map { "\($0.payloadType)@\($0.timestampOffset):\($0.range)" }
        }
    }

    @Test func readsTheBlocksInOrder() throws {
        #expect(try blocks(Fixture.bytes("red/rfc2198-example")) == ["7@640:5..<15", "5@0:15..<23"])
        #expect(try blocks(Fixture.bytes("red/opus-two-redundant")) == ["111@1920:9..<12", "111@960:12..<14", "111@0:14..<18"])
        #expect(try blocks(Fixture.bytes("red/primary-only")) == ["111@0:1..<4"])
    }

    @Test func emptyBlocksAreRead() throws {
        #expect(try blocks(hex("ef 0f 00 00 6f")) == ["111@960:5..<5", "111@0:5..<5"])
        #expect(try blocks(hex("6f")) == ["111@0:1..<1"])
        #expect(try blocks(hex("ff ff fc 00 7f aa")) == ["127@16383:5..<5", "127@0:5..<6"])
    }

    @Test func blocksLongerThanThePayloadThrow() throws {
        #expect(throws: ParseError(.badLength, at: 5)) { try blocks(Fixture.bytes("red/overruns")) }
        let whole = try Fixture.bytes("red/opus-two-redundant")
        for cut in whole.truncations { #expect(((try? blocks(cut)) != nil) == (cut.count >= 14), "at \(cut.count)") }
    }

    /// The bound on redundant blocks.
    @Test func thirtyTwoBlocksAreRead_andOneMoreThrows() throws {
        let header = hex("ef 0f 00 00")
        let most = Array(repeatElement(header, count: RED.maximumRedundantBlocks).joined()) + hex("6f aa")
        #expect(try blocks(most).count == 33)
        #expect(throws: ParseError(.badValue, at: 0)) { try blocks(header + most) }
    }
}
