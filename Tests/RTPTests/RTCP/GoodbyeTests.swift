import RTP
import Testing

@Suite struct GoodbyeTests {
    private func read(_ bytes: [UInt8]) throws -> (sources: [SSRC], reason: String) {
        try withPacket(bytes) { packet in
            guard case .goodbye(let goodbye) = packet else { throw ParseError(.unexpectedType, at: 0) }
            return (Array(goodbye.sources), String(decoding: goodbye.reason, as: UTF8.self))
        }
    }

    @Test func readsSourcesAndReason() throws {
        let plain = try read(Fixture.bytes("rtcp/goodbye"))
        #expect(plain.sources == [SSRC(0xDECA_FBAD), SSRC(7)] && plain.reason.isEmpty)
        let reasoned = try read(Fixture.bytes("rtcp/goodbye-reason"))
        #expect(reasoned.sources == [SSRC(0xDECA_FBAD)] && reasoned.reason == "leave!")
    }

    /// Guard B10, CVE-2021-43804: the reason's length is checked against the packet.
    @Test func aReasonLongerThanThePacketThrows() throws {
        #expect(throws: ParseError(.tooShort, at: 9)) { try read(Fixture.bytes("rtcp/goodbye-reason-overruns")) }
        for length in 0...255 as ClosedRange<UInt8> {
            let bytes = hex("81 cb 00 02  de ca fb ad") + [length] + hex("6c 65 61")
            #expect(((try? read(bytes)) != nil) == (length <= 3))
        }
    }

    @Test func writesUpToThirtyOneSources() throws {
        #expect(rtcp { $0.goodbye([SSRC(0xDECA_FBAD), SSRC(7)]) } == (try Fixture.bytes("rtcp/goodbye")))
        #expect(try read(rtcp { $0.goodbye((0..<40).map { SSRC($0) }) }).sources.count == 31)
        #expect(try read(hex("80 cb 00 00")).sources.isEmpty)
    }

    @Test func aCountThatTheBodyDoesNotHoldThrows() {
        #expect(throws: ParseError(.tooShort, at: 0)) { try read(hex("9f cb 00 01 00 00 00 01")) }
    }
}
