import RTP
import Testing

@Suite struct SourceDescriptionTests {
    private func items(_ bytes: [UInt8]) throws -> [String] {
        try withPacket(bytes) { packet in
            guard case .sourceDescription(let description) = packet else { throw ParseError(.unexpectedType, at: 0) }
            return description.map { "\($0.ssrc) \($0.type) " + String(decoding: $0.text, as: UTF8.self) }
        }
    }

    @Test func readsChunksAndItems() throws {
        #expect(try items(Fixture.bytes("rtcp/source-description")) == ["3737844653 1 someone@host", "2 1 x", "2 6 tool"])
    }

    /// Names of every length up to the bound, so that the padding takes every size; beyond 255 bytes the name is cut.
    @Test func namesOfEveryLengthComeBack() throws {
        for length in 0...260 {
            let name = String(repeating: "n", count: length)
            let bytes = rtcp { $0.sourceDescription(ssrc: SSRC(9), cname: Array(name.utf8)) }
            #expect(bytes.count % 4 == 0)
            #expect(try items(bytes) == ["9 1 " + name.prefix(255)])
        }
    }

    /// (body behind the header of one chunk, items)
    static let bodies: [(String, Int)] = [
        ("00 00 00 01  00 00 00 00", 0), ("00 00 00 01  01 00 00 00", 1), ("00 00 00 01  01 01 61 00", 1),
        ("00 00 00 01  01 02 61 62  00 00 00 00", 1),
        ("00 00 00 01  01 00 01 00  01 00 00 00", 3),
    ]

    @Test(arguments: bodies) func edges(body: String, count: Int) throws {
        let bytes = hex(body)
        #expect(try items([0x81, 0xCA, 0, UInt8(bytes.count / 4)] + bytes).count == count)
    }

    /// No terminating zero, an item that overruns, a chunk that is announced and absent.
    @Test(arguments: [
        "81 ca 00 02 00 00 00 01 01 02 61 62", "81 ca 00 02 00 00 00 01 01 ff 61 00", "82 ca 00 02 00 00 00 01 00 00 00 00", "81 ca 00 00",
        "81 ca 00 01 00 00 00 01",
    ])
    func brokenOnesThrow(bytes: String) {
        #expect(throws: ParseError(.tooShort, at: 0)) { try items(hex(bytes)) }
    }
}
