import COpenSSL
import Glibc
import RTP
import Testing

@testable import SFU

/// A client and a transport joined by a link that a test may disturb.
final class DTLSPair {
    /// What the link does with a datagram: each copy in the result is delivered, in order.
    typealias Disturbance = (_ number: Int, _ toServer: Bool, _ bytes: [UInt8]) -> [[UInt8]]

    let harness: TransportHarness
    let client: DTLSClient
    /// Datagrams put on the link so far, either way, and their lengths.
    private(set) var sent: [(toServer: Bool, bytes: [UInt8])] = []

    init(identity: DTLSIdentity, client: DTLSClient = DTLSClient(), fingerprint: Fingerprint? = nil) {
        self.client = client
        harness = TransportHarness(identity: identity, fingerprint: fingerprint ?? client.fingerprint, at: realNow)
        harness.receiveSTUN(STUNClient().check())
        _ = harness.takeSent()
    }

    var isConnected: Bool { client.isConnected && harness.transport.state == .connected }

    /// Shakes hands in real time (OpenSSL times by its own clock) until both are done or a limit passes.
    func run(limit: Duration = .seconds(25), disturb: Disturbance = { [$2] }) {
        let end = realNow + limit
        client.step()
        while realNow < end, !isConnected {
            let fromClient = client.takeOutput(pack: 1200)
            let fromServer = harness.takeSent()
            for bytes in fromClient { carry(bytes, toServer: true, disturb) }
            for bytes in fromServer { carry(bytes, toServer: false, disturb) }
            if fromClient.isEmpty && fromServer.isEmpty {
                if case .failed = harness.transport.state { return }
                if client.hasFailed { return }
                waitForTimers()
            }
        }
    }

    private func carry(_ bytes: [UInt8], toServer: Bool, _ disturb: Disturbance) {
        let number = sent.count
        sent.append((toServer, bytes))
        harness.now = realNow
        for copy in disturb(number, toServer, bytes) {
            if toServer { harness.receiveDTLS(copy) } else { client.receive(copy) }
        }
    }

    private func waitForTimers() {
        poll(nil, 0, 2)
        client.handleTimeout()
        harness.advance(to: realNow)
    }
}

@Suite("DTLS")
struct DTLSAssociationTests {
    let identity: DTLSIdentity

    init() throws { identity = try DTLSIdentity.generate() }

    @Test("Both ends export the same keys, for either profile")
    func profiles() throws {
        for (offered, expected) in [
            ("SRTP_AEAD_AES_128_GCM", SRTPProfile.aeadAES128GCM), ("SRTP_AES128_CM_SHA1_80", .aes128CMSHA180),
            // Chromium lists CM first; the server's order decides.
            ("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM", .aeadAES128GCM),
        ] {
            let pair = DTLSPair(identity: identity, client: DTLSClient(profiles: offered))
            pair.run()
            try #require(pair.isConnected)
            let keys = try #require(pair.client.keys())
            #expect(keys.profile == expected)
            #expect(keys.clientKey != keys.serverKey)
            try expectMedia(pair, keys)
        }
    }

    /// A packet of each side is read by the other.
    private func expectMedia(_ pair: DTLSPair, _ keys: SRTPKeyingMaterial) throws {
        let client = try SRTPSession(keys, role: .client, counters: Counters())
        var up = SRTPPacket.rtp(sequence: 7)
        let sealed = up.protect(client)
        #expect(sealed)
        let received = up.withBytes { pair.harness.transport.unprotectRTP($0, from: clientAddress) }
        #expect(received == SRTPPacket.rtp(sequence: 7).count)
        var down = SRTPPacket.rtp(sequence: 9)
        let length = down.withRoom { [count = down.count] in pair.harness.transport.protectRTP($0, length: count) }
        down.count = try #require(length)
        let opened = down.unprotect(client)
        #expect(opened)
    }

    @Test("A ClientHello of two datagrams, as ML-KEM makes it, is put together")
    func fragmentedHello() {
        let pair = DTLSPair(identity: identity, client: DTLSClient(padding: 1300))
        pair.run()
        #expect(pair.isConnected)
        #expect(pair.sent.filter(\.toServer).count >= 3)
    }

    @Test("No datagram of ours is longer than 1,200 bytes, and a flight is packed")
    func flightsArePacked() {
        let pair = DTLSPair(identity: identity)
        pair.run()
        let ours = pair.sent.filter { !$0.toServer }.map(\.bytes.count)
        #expect(ours.allSatisfy { $0 <= 1200 })
        #expect(ours.count == 2)
    }

    @Test("Any one datagram may be lost, first copy only; the handshake recovers", arguments: 0..<6)
    func losesEachDatagram(lost: Int) {
        let pair = DTLSPair(identity: identity, client: DTLSClient(padding: 1300))
        pair.run { number, _, bytes in number == lost ? [] : [bytes] }
        #expect(pair.isConnected)
    }

    @Test("Every datagram may come twice")
    func duplicates() {
        let pair = DTLSPair(identity: identity, client: DTLSClient(padding: 1300))
        pair.run { _, _, bytes in [bytes, bytes] }
        #expect(pair.isConnected)
    }

    @Test("Neighbours may change places")
    func reorders() {
        let pair = DTLSPair(identity: identity, client: DTLSClient(padding: 1300))
        var held: [Bool: [UInt8]] = [:]
        pair.run { number, toServer, bytes in
            if let earlier = held.removeValue(forKey: toServer) { return [bytes, earlier] }
            guard number % 3 == 0 else { return [bytes] }
            held[toServer] = bytes
            return []
        }
        #expect(pair.isConnected)
    }

    @Test("Three in ten lost, by several seeds", arguments: 1...4)
    func heavyLoss(seed: UInt64) {
        let pair = DTLSPair(identity: identity)
        var state = seed
        pair.run { _, _, bytes in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % 10 < 3 ? [] : [bytes]
        }
        #expect(pair.isConnected)
    }

    // F13. Guard: the comparison in DTLSAssociation.finishHandshake.
    @Test("A certificate that the offer did not name gets no keys", arguments: Fingerprint.Algorithm.allCases)
    func wrongFingerprint(algorithm: Fingerprint.Algorithm) {
        let client = DTLSClient()
        var wrong = client.fingerprint(algorithm)
        wrong.bytes[wrong.bytes.count - 1] ^= 1
        for fingerprint in [
            wrong, Fingerprint(algorithm: algorithm, bytes: []), Fingerprint(algorithm: algorithm, bytes: Array(wrong.bytes.dropLast())),
        ] {
            let pair = DTLSPair(identity: identity, client: DTLSClient(), fingerprint: fingerprint)
            pair.run()
            #expect(pair.harness.transport.state == .failed(.fingerprintMismatch))
            #expect(pair.harness.transport.srtp == nil)
            #expect(pair.harness.counters[.dtlsFingerprintMismatch] == 1)
        }
        let right = DTLSPair(identity: identity, client: client, fingerprint: client.fingerprint(algorithm))
        right.run()
        #expect(right.isConnected)  // the control
    }

    // F13. Guard: SSL_VERIFY_FAIL_IF_NO_PEER_CERT.
    @Test("A client without a certificate gets no keys")
    func noCertificate() {
        let pair = DTLSPair(identity: identity, client: DTLSClient(showsCertificate: false))
        pair.run()
        #expect(pair.harness.transport.state == .failed(.dtlsFailed))
        #expect(pair.harness.transport.srtp == nil)
    }

    @Test("A client without use_srtp gets no connection")
    func noSRTP() {
        let pair = DTLSPair(identity: identity, client: DTLSClient(profiles: nil))
        pair.run()
        #expect(pair.harness.transport.state == .failed(.dtlsFailed))
    }

    @Test("The client's close ends the transport; ours reaches the client")
    func goodbyes() {
        let theirs = DTLSPair(identity: identity)
        theirs.run()
        theirs.client.sayGoodbye()
        for bytes in theirs.client.takeOutput() { theirs.harness.receiveDTLS(bytes) }
        #expect(theirs.harness.transport.state == .failed(.closedByPeer))

        let ours = DTLSPair(identity: identity)
        ours.run()
        _ = ours.harness.takeSent()
        ours.harness.collecting { ours.harness.transport.close(into: &$0) }
        for bytes in ours.harness.takeSent() { ours.client.receive(bytes) }
        #expect(ours.client.gotGoodbye)
        #expect(ours.harness.transport.state == .closed)
    }

    @Test("A lost last flight of ours is sent again when the client asks again")
    func lostFinished() {
        let pair = DTLSPair(identity: identity)
        var dropped = false
        pair.run { _, toServer, bytes in
            // Our last flight begins with change_cipher_spec or a ticketless Finished: the first datagram after the keys exist.
            if !toServer, !dropped, pair.harness.transport.state == .connected {
                dropped = true
                return []
            }
            return [bytes]
        }
        #expect(dropped && pair.isConnected)
    }
}
