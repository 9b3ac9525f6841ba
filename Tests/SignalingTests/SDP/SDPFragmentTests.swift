import Foundation
import RTP
import SFU
import Testing

@testable import Signaling

/// `application/trickle-ice-sdpfrag` (RFC 8840 §9, RFC 9725 §4.3).
@Suite struct SDPFragmentTests {
    private let trickled = """
        a=group:BUNDLE 0 1\r
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r
        a=mid:0\r
        a=ice-ufrag:EsAw\r
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r
        a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0 ufrag EsAw network-id 2\r
        a=end-of-candidates\r

        """

    @Test func candidatesAndCredentialsAreRead() throws {
        let fragment = try SDPFragment(parsing: trickled)
        #expect(fragment.credentials == ICECredentials(ufrag: "EsAw", password: "P2uYro0UCOQ4zxjKXaWCBui1"))
        #expect(fragment.candidateCount == 2)
        #expect(fragment.hasEndOfCandidates)
    }

    @Test func sessionLevelCredentialsAndNoneAtAll() throws {
        let session = try SDPFragment(parsing: "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n")
        #expect(session.credentials?.ufrag == "EsAw")
        #expect(
            try SDPFragment(parsing: "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n").credentials == nil)
    }

    @Test(arguments: ["a=ice-ufrag:EsAw\r\n", "a=ice-ufrag:a\r\na=ice-pwd:b\r\n", "hello\r\n", "m=audio\r\n"])
    func malformedFragmentsAreRefused(_ text: String) {
        #expect(throws: SDPError.self) { try SDPFragment(parsing: text) }
    }

    // Guard of reliability.md B9 for PATCH bodies; raised by hand once, red.
    @Test func fragmentsAreShort() {
        #expect(throws: SDPError(.tooManyLines, line: 513)) { try SDPFragment(parsing: String(repeating: "a=x\r\n", count: 513)) }
        #expect(throws: SDPError(.tooLong, line: 0)) {
            try SDPFragment(parsing: String(repeating: "a=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", count: 400))
        }
    }

    @Test func aRestartIsAnsweredWithNewCredentialsAndTheAddresses() throws {
        let answerer = Answerer.test()
        let first = try answerer.answer(try OfferFixture.obs.text, roles: try OfferFixture.obs.roles)
        var state = first.state
        var generator = SeededGenerator(3)
        #expect(!state.heard(first.remoteICE, using: &generator))
        #expect(state.heard(ICECredentials(ufrag: "EsAw", password: "P2uYro0UCOQ4zxjKXaWCBui1"), using: &generator))
        let text = answerer.restartFragment(for: state)
        let fragment = try SDPFragment(parsing: text)
        #expect(fragment.credentials == state.localICE)
        #expect(state.localICE != first.localICE)
        #expect(fragment.candidateCount == 2 && fragment.hasEndOfCandidates)
        #expect(text.hasPrefix("a=ice-lite\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"))
    }
}
