import RTP
import Testing

@Suite struct HeaderExtensionReaderTests {
    /// Each element as its id and its bytes.
    private func elements(_ packet: [UInt8]) throws -> [[UInt8]] {
        try packet.withUnsafeBytes { buffer in
            let header = try RTPHeader(parsing: buffer)
            return HeaderExtensionReader(header, in: buffer).map { [$0.id] + packet[$0.range] }
        }
    }

    @Test func readsTheOneByteFigure() throws {
        #expect(try elements(Fixture.bytes("rtp/rfc8285-one-byte-example")) == [hex("01 aa"), hex("02 bb cc"), hex("03 d0 d1 d2 d3")])
    }

    @Test func readsTheTwoByteFigureWithItsEmptyElement() throws {
        #expect(try elements(Fixture.bytes("rtp/rfc8285-two-byte-example")) == [hex("01"), hex("02 bb"), hex("03 d0 d1 d2 d3")])
    }

    @Test func idFifteenEndsTheWalk() throws {
        #expect(try elements(Fixture.bytes("rtp/id-15-ends")) == [hex("01 aa")])
    }

    @Test func anElementThatOverrunsEndsTheWalk() throws {
        #expect(try elements(Fixture.bytes("rtp/element-overruns")) == [hex("01 aa")])
    }

    /// (profile and elements, what is read)
    static let cases: [(String, [String])] = [
        ("be de 00 00", []),
        ("be de 00 01  00 00 00 00", []),
        ("be de 00 01  00 00 00 10", []),
        ("be de 00 01  00 00 10 aa", ["01 aa"]),
        ("be de 00 01  03 aa 10 bb", []),
        ("be de 00 01  e2 aa bb cc", ["0e aa bb cc"]),
        ("10 00 00 01  00 00 00 05", []),
        ("10 00 00 01  05 00 05 00", ["05", "05"]),
        ("10 0f 00 01  ff 02 aa bb", ["ff aa bb"]),
        ("10 00 00 01  05 03 aa bb", []),
        ("10 10 00 01  05 02 aa bb", []),
        ("ab cd 00 01  10 aa 00 00", []),
    ]

    @Test(arguments: cases) func edges(extensionBytes: String, expected: [String]) throws {
        let packet = hex("90 60 00 01 00 00 00 02 00 00 00 03" + extensionBytes)
        #expect(try elements(packet) == expected.map { hex($0) })
    }

    @Test func aHeaderOfAnotherPacketReadsNothing() throws {
        let packet = try Fixture.bytes("rtp/rfc8285-one-byte-example")
        let header = try packet.withUnsafeBytes { try RTPHeader(parsing: $0) }
        let other = [UInt8](packet.prefix(14))
        #expect(other.withUnsafeBytes { HeaderExtensionReader(header, in: $0).map(\.id) } == [])
    }
}
