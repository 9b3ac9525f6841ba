import RTP
import Testing

@testable import SFU

@Suite("Transport")
struct TransportTests {
    private let client = STUNClient()

    private func seconds(_ value: Double) -> Instant { Instant.zero.advanced(by: .milliseconds(Int(value * 1000))) }

    // B28. Guard: consentDuration in Transport.advance.
    @Test("A client that falls silent is removed 30 s after its last check, not earlier")
    func consentExpires() {
        let harness = TransportHarness()
        for second in stride(from: 0.0, through: 60, by: 5) {
            harness.advance(to: seconds(second))
            harness.receiveSTUN(client.check())
        }
        harness.advance(to: seconds(89.9))
        #expect(harness.transport.state == .connected)
        #expect(harness.transport.nextDeadline == seconds(90))
        harness.advance(to: seconds(90))
        #expect(harness.transport.state == .failed(.consentExpired))
        #expect(harness.transport.nextDeadline == nil)
    }

    // B28. Guard: only ICEAgentLite's authenticated checks renew consent.
    @Test("Forged checks and media do not renew consent")
    func consentNeedsAuthentication() {
        let harness = TransportHarness()
        harness.receiveSTUN(client.check())
        let forger = STUNClient(password: "wrong")
        for second in 1..<30 {
            harness.advance(to: seconds(Double(second)))
            harness.receiveSTUN(forger.check(nominating: true))
            var packet = SRTPPacket.rtp(sequence: UInt16(second))
            _ = packet.withBytes { harness.transport.unprotectRTP($0, from: clientAddress) }
        }
        harness.advance(to: seconds(30))
        #expect(harness.transport.state == .failed(.consentExpired))
    }

    @Test("Five seconds without any check is told; a check takes it back; no check ever ends it after 30 s")
    func unreachable() {
        let harness = TransportHarness()
        #expect(harness.transport.nextDeadline == seconds(5))
        harness.advance(to: seconds(4.999))
        #expect(!harness.transport.isUnreachable)
        harness.advance(to: seconds(5))
        #expect(harness.transport.isUnreachable)
        #expect(harness.transport.nextDeadline == seconds(30))
        harness.receiveSTUN(client.check())
        #expect(!harness.transport.isUnreachable)

        let never = TransportHarness()
        never.advance(to: seconds(30))
        #expect(never.transport.state == .failed(.consentExpired))
    }

    @Test("A handshake that does not finish in 30 s fails, however fresh the consent")
    func handshakeBound() throws {
        let harness = TransportHarness(identity: try DTLSIdentity.generate())
        for second in 0..<30 {
            harness.advance(to: seconds(Double(second)))
            harness.receiveSTUN(client.check())
            #expect(harness.transport.state == .connecting)
        }
        harness.advance(to: seconds(30))
        #expect(harness.transport.state == .failed(.dtlsFailed))
    }

    @Test("Sending goes to the first address that passes, then to the one nominated last")
    func selection() {
        let harness = TransportHarness()
        let (first, second, third) = (SocketAddress.test(1), SocketAddress.test(2), SocketAddress.test(3))
        harness.receiveSTUN(client.check(), from: first)
        #expect(harness.transport.selected?.remote == first)
        harness.receiveSTUN(client.check(), from: second)
        #expect(harness.transport.selected?.remote == first)
        harness.receiveSTUN(client.check(nominating: true), from: second)
        #expect(harness.transport.selected?.remote == second)
        harness.receiveSTUN(client.check(), from: third)
        harness.receiveSTUN(client.check(), from: first)
        #expect(harness.transport.selected?.remote == second)
        harness.receiveSTUN(client.check(nominating: true), from: third)
        #expect(harness.transport.selected?.remote == third)
    }

    // B6. Guard: admitsMedia.
    @Test("Media counts from every address that passed a check and from no other, and never moves where we send")
    func mediaSources() throws {
        let harness = TransportHarness()
        let (first, second) = (SocketAddress.test(1), SocketAddress.test(2))
        harness.receiveSTUN(client.check(nominating: true), from: first)
        harness.receiveSTUN(client.check(), from: second)
        let keys = SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: 1)
        let peer = try SRTPSession(keys, role: .client, counters: Counters())
        var opened: [SocketAddress] = []
        for (index, source) in [first, second, .test(3), .test(1, port: 40_001)].enumerated() {
            var packet = SRTPPacket.rtp(sequence: UInt16(index))
            _ = packet.protect(peer)
            let length = packet.withBytes { harness.transport.unprotectRTP($0, from: source) }
            if length != nil { opened.append(source) }
        }
        #expect(opened == [first, second])
        #expect(harness.counters[.unvalidatedSource] == 2)
        #expect(harness.transport.selected?.remote == first)
    }

    @Test("Eight addresses are remembered; the ninth takes the place of the one longest silent, never of the one in use")
    func addressBound() {
        let harness = TransportHarness()
        for number in 0..<8 as Range<UInt32> {
            harness.advance(to: seconds(Double(number)))
            harness.receiveSTUN(client.check(nominating: number == 0), from: .test(number))
        }
        harness.receiveSTUN(client.check(), from: .test(100))
        #expect(harness.transport.validatedAddresses.count == 8)
        #expect(harness.transport.isValidated(.test(0)))
        #expect(!harness.transport.isValidated(.test(1)))
        #expect(harness.transport.isValidated(.test(100)))
        for number in 1000..<3000 as Range<UInt32> { harness.receiveSTUN(client.check(), from: .test(number)) }
        #expect(harness.transport.validatedAddresses.count == 8)
        #expect(harness.transport.selected?.remote == .test(0))
    }

    @Test("After an ICE restart both pairs of credentials are good; after another one the oldest is not")
    func restart() {
        let harness = TransportHarness()
        func answered(_ ufrag: String, _ password: String) -> Bool {
            harness.receiveSTUN(STUNClient(username: "\(ufrag):x", password: password).check()).isAnswered
        }
        #expect(harness.transport.restartICE(local: ICECredentials(ufrag: "second", password: "password two")) == nil)
        #expect(answered("local", STUNClient.password) && answered("second", "password two"))
        #expect(!answered("second", STUNClient.password) && !answered("local", "password two"))
        #expect(harness.transport.restartICE(local: ICECredentials(ufrag: "third", password: "password three")) == ICEUfrag("local"))
        #expect(!answered("local", STUNClient.password) && answered("second", "password two") && answered("third", "password three"))
        // A client that rolls its restart back gets its former credentials again.
        #expect(harness.transport.restartICE(local: ICECredentials(ufrag: "second", password: "password two")) == nil)
        #expect(answered("second", "password two") && answered("third", "password three"))
        #expect(harness.transport.ufrags == [ICEUfrag("second"), ICEUfrag("third")])
    }

    @Test("A closed transport answers nothing and changes no more")
    func closed() {
        let harness = TransportHarness()
        harness.receiveSTUN(client.check())
        harness.collecting { harness.transport.close(into: &$0) }
        harness.transport.checkReceived(from: .test(5), to: serverAddress, nominated: true, at: harness.now)
        #expect(harness.transport.state == .closed)
        #expect(!harness.transport.isValidated(.test(5)))
        harness.advance(to: seconds(100))
        #expect(harness.transport.state == .closed)
    }

    @Test("User fragments are told apart, and foreign ones are none of ours")
    func ufrags() {
        #expect(ICEUfrag("abcd") == ICEUfrag("abcd") && ICEUfrag("abcd") != ICEUfrag("abce") && ICEUfrag("abcd") != ICEUfrag("abcd\0"))
        #expect(ICEUfrag("") == nil && ICEUfrag(String(repeating: "x", count: 33)) == nil)
        #expect(ICEUfrag(String(repeating: "x", count: 32)) != nil)
    }
}
