import RTP
import Testing

@testable import SFU

@Suite("ICE-lite")
struct ICEAgentLiteTests {
    @Test("An authenticated check is answered with the address it came from, and the transport knows the address")
    func answersAuthenticatedCheck() {
        let harness = TransportHarness()
        let client = STUNClient()
        #expect(harness.receiveSTUN(client.check()).isAnswered)
        #expect(client.read(harness.takeSent()[0]) == .success(mapped: clientAddress))
        #expect(harness.transport.isValidated(clientAddress))
        #expect(harness.transport.selected == Transport.Path(remote: clientAddress, local: serverAddress))
        #expect(harness.transport.state == .connected)  // seeded keys are there from the start
    }

    @Test("IPv6 peers get their IPv6 address back")
    func answersIPv6() throws {
        let harness = TransportHarness()
        let client = STUNClient()
        let address = try #require(SocketAddress("2001:db8::9", port: 4242))
        harness.receiveSTUN(client.check(), from: address)
        #expect(client.read(harness.takeSent()[0]) == .success(mapped: address))
    }

    @Test("The reply leaves from the address that was asked, towards the one that asked")
    func repliesFromAskedAddress() {
        let harness = TransportHarness()
        harness.receiveSTUN(STUNClient().check())
        #expect(harness.sent[0].from == serverAddress)
        #expect(harness.sent[0].to == clientAddress)
    }

    @Test(
        "A peer that thinks it is controlled is told of the role conflict, whatever its tie-breaker",
        arguments: [1, 0x1234_5678, UInt64.max])
    func roleConflict(tieBreaker: UInt64) {
        // Guard: tie-breaker 0 in ICEAgentLite.writeReply. With a larger one libnice makes us controlling and the peer never nominates.
        let harness = TransportHarness()
        let client = STUNClient()
        #expect(!harness.receiveSTUN(client.check(controlling: false, tieBreaker: tieBreaker)).isAnswered)
        #expect(client.read(harness.takeSent()[0]) == .error(487))
        #expect(!harness.transport.isValidated(clientAddress))
    }

    // B2. Guard: the validation in ICEAgentLite.receive.
    @Test("Forged checks are dropped without an answer, and nothing about the session changes")
    func forgedChecks() {
        let harness = TransportHarness()
        let client = STUNClient()
        harness.receiveSTUN(client.check(nominating: true))
        _ = harness.takeSent()
        let selected = harness.transport.selected
        let attacker = SocketAddress.test(66)
        let otherPassword = STUNClient(password: "not this one")
        let otherUfrag = STUNClient(username: "other:remote")
        let noColon = STUNClient(username: "local")
        var badIntegrity = client.check(nominating: true)
        badIntegrity[badIntegrity.count - 12] ^= 1
        var badFingerprint = client.check(nominating: true)
        badFingerprint[badFingerprint.count - 1] ^= 1
        let withoutFingerprint = Self.withoutFingerprint(client.check(nominating: true))
        for forged in [
            otherPassword.check(nominating: true), otherUfrag.check(nominating: true), noColon.check(nominating: true), badIntegrity,
            badFingerprint, withoutFingerprint,
        ] {
            #expect(!harness.receiveSTUN(forged, from: attacker).isAnswered)
        }
        #expect(harness.sent.isEmpty)
        #expect(harness.transport.selected == selected)
        #expect(harness.transport.state == .connected)
        #expect(!harness.transport.isValidated(attacker))
        #expect(harness.counters[.stunUnknownUfrag] == 2)
        #expect(harness.counters[.stunUnauthenticated] >= 1)
    }

    /// Cuts the last attribute off and repairs the length, as an attacker would who cannot compute the HMAC for it.
    private static func withoutFingerprint(_ check: [UInt8]) -> [UInt8] {
        var short = Array(check.dropLast(8))
        let length = short.count - 20
        short[2] = UInt8(length >> 8)
        short[3] = UInt8(length & 0xFF)
        return short
    }

    // B2, B3. Guard: MESSAGE-INTEGRITY and FINGERPRINT checks.
    @Test("No single flipped bit of a valid check, and no truncation of it, is accepted or answered")
    func bitFlipsAndTruncations() {
        let harness = TransportHarness()
        let check = STUNClient().check(nominating: true)
        for bit in 0..<(check.count * 8) {
            var flipped = check
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(!harness.receiveSTUN(flipped).isAnswered, "bit \(bit)")
        }
        for length in 0..<check.count { #expect(!harness.receiveSTUN(Array(check.prefix(length))).isAnswered, "length \(length)") }
        for extra in 1...8 { #expect(!harness.receiveSTUN(check + [UInt8](repeating: 0, count: extra)).isAnswered) }
        #expect(harness.sent.isEmpty)
        #expect(harness.transport.selected == nil)
        #expect(harness.receiveSTUN(check).isAnswered)  // the control: unchanged, it is good
    }

    @Test("Indications, responses and other methods are never answered")
    func onlyBindingRequests() {
        let harness = TransportHarness()
        let check = STUNClient().check()
        for (first, second) in [(0x00, 0x11), (0x01, 0x01), (0x01, 0x11), (0x00, 0x03), (0x00, 0x02)] as [(UInt8, UInt8)] {
            var other = check
            other[0] = first
            other[1] = second
            #expect(!harness.receiveSTUN(other).isAnswered)
        }
        #expect(harness.sent.isEmpty)
        #expect(harness.counters[.stunNotARequest] == 5)
    }

    // B12, F10. Guard: answering only what is authentic.
    @Test("A hundred thousand requests that are not authentic get not one byte")
    func noReflection() {
        let harness = TransportHarness()
        let strangers = [STUNClient(username: "nobody:x").check(), STUNClient(password: "wrong").check(nominating: true)]
        for number in 0..<100_000 as Range<UInt32> {
            harness.receiveSTUN(strangers[Int(number % 2)], from: .test(number))
        }
        #expect(harness.sent.isEmpty)
        #expect(harness.transport.state == .new)
    }

    // B12. Guard: the length comparison in ICEAgentLite.answer.
    @Test("An authentic check gets at most 1.2 times its length back", arguments: ["198.51.100.7", "2001:db8::7"])
    func amplification(ip: String) throws {
        let address = try #require(SocketAddress(ip, port: 50_000))
        for name in ["local:", "local:r", "local:remote", "local:remoteremoteremoteremoteremote"] {
            let client = STUNClient(username: name)
            for check in [client.check(), client.check(nominating: true), client.check(controlling: false), client.minimalCheck()] {
                let harness = TransportHarness()
                harness.receiveSTUN(check, from: address)
                let out = harness.takeSent().reduce(0) { $0 + $1.count }
                #expect(out * 5 <= check.count * 6, "\(name): \(check.count) in, \(out) out")
            }
        }
        let harness = TransportHarness()
        harness.receiveSTUN(STUNClient(username: "local:").minimalCheck(), from: address)
        if address.isIPv6 { #expect(harness.counters[.stunAmplification] == 1) }
    }
}
