import Testing

@testable import LoadGenerator

struct RemoteParametersTests {
    private static let answer = """
        v=0\r
        a=ice-lite\r
        m=video 18089 UDP/TLS/RTP/SAVPF 96\r
        a=mid:v\r
        a=ice-ufrag:abcd\r
        a=ice-pwd:0123456789012345678901\r
        a=fingerprint:sha-256 ab:cd:ef\r
        a=setup:passive\r
        a=candidate:1 1 udp 2130706431 fd00::1 18089 typ host\r
        a=candidate:2 1 udp 2130706431 192.0.2.1 18089 typ host\r
        a=candidate:3 1 udp 2130706431 10.77.0.1 18090 typ host\r

        """

    @Test func takesTheCandidateOfTheWantedAddress() throws {
        let remote = try RemoteParameters(sdp: Self.answer, preferring: "10.77.0.1")
        #expect(remote.address == "10.77.0.1" && remote.port == 18_090)
        #expect(remote.ufrag == "abcd" && remote.password == "0123456789012345678901")
        #expect(remote.fingerprint == "AB:CD:EF" && remote.setup == "passive" && remote.mids == ["v"] && remote.kinds == ["video"])
    }

    @Test func elseTheFirstOfIPv4() throws {
        let remote = try RemoteParameters(sdp: Self.answer, preferring: "198.51.100.1")
        #expect(remote.address == "192.0.2.1")
    }

    @Test(arguments: ["a=ice-ufrag", "a=ice-pwd", "a=fingerprint", "a=setup", "a=candidate"])
    func refusesWhatLacksSomething(_ line: String) {
        let cut = Self.answer.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix(line) }.joined(separator: "\r\n")
        #expect(throws: BenchError.self) { _ = try RemoteParameters(sdp: cut, preferring: "10.77.0.1") }
    }
}
