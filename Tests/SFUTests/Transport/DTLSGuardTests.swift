import RTP
import Testing

@testable import SFU

/// Table B rows B1, B4, B5, B13 and table F rows 11, 14, 16 of the guards: what may not happen to a handshake, or to an association.
@Suite("DTLS guards")
struct DTLSGuardTests {
    let identity: DTLSIdentity

    init() throws { identity = try DTLSIdentity.generate() }

    /// A DTLS record. The contents need not mean anything.
    static func record(type: UInt8, epoch: UInt16, sequence: UInt32 = 1, _ fragment: [UInt8]) -> [UInt8] {
        [type, 0xFE, 0xFD, UInt8(epoch >> 8), UInt8(epoch & 0xFF), 0, 0]
            + (0..<4).map { UInt8(truncatingIfNeeded: sequence >> (24 - 8 * $0)) }
            + [UInt8(fragment.count >> 8), UInt8(fragment.count & 0xFF)] + fragment
    }

    static let fatalAlert = record(type: 21, epoch: 0, [2, 40])

    private func connected() -> DTLSPair {
        let pair = DTLSPair(identity: identity)
        pair.run()
        #expect(pair.isConnected)
        _ = pair.harness.takeSent()
        return pair
    }

    /// The association still works: the client's close_notify is understood, which needs its keys and its epoch.
    private func expectAlive(_ pair: DTLSPair) {
        #expect(pair.harness.transport.state == .connected)
        pair.client.sayGoodbye()
        for bytes in pair.client.takeOutput() { pair.harness.receiveDTLS(bytes) }
        #expect(pair.harness.transport.state == .failed(.closedByPeer))
    }

    // B1, F11. Guard: addresses.contains in Transport.receiveDTLS.
    @Test("A thousand handshakes succeed while another address sprays hellos, alerts and garbage, and gets nothing")
    func spray() {
        let hello = DTLSClient()
        hello.step()
        let sprayed =
            hello.takeOutput() + [Self.fatalAlert, Self.record(type: 22, epoch: 0, [UInt8](repeating: 1, count: 60))]
            + [[UInt8](repeating: 22, count: 200)]
        let sprayer = SocketAddress.test(99)
        var succeeded = 0
        for _ in 0..<1000 {
            let pair = DTLSPair(identity: identity)
            pair.run { _, toServer, bytes in
                for junk in sprayed where toServer { pair.harness.receiveDTLS(junk, from: sprayer) }
                return [bytes]
            }
            if pair.isConnected { succeeded += 1 }
            #expect(pair.harness.sent.allSatisfy { $0.to != sprayer })
            #expect(pair.harness.counters[.unvalidatedSource] > 0)
        }
        #expect(succeeded == 1000)
    }

    // B5, F16. Guard: DTLSRecordFilter; taking it away turns the counts red. The association itself survives without it, and without that
    // readRecords does not act on errors: today's OpenSSL (3.0.22-1~deb12u2) drops each of these as well.
    @Test("No junk on the right address ends an association: short records, plaintext, other epochs, broken framing")
    func junkAfterHandshake() {
        let refused: [[UInt8]] = [
            Self.fatalAlert,
            Self.record(type: 21, epoch: 0, [1, 0]),
            Self.record(type: 23, epoch: 0, [1, 2, 3]),
            Self.record(type: 22, epoch: 0, [UInt8](repeating: 0, count: 40)),
            Self.record(type: 23, epoch: 1, [1]),
            Self.record(type: 23, epoch: 1, []),
            Self.record(type: 21, epoch: 1, [UInt8](repeating: 9, count: 15)),
            Self.record(type: 20, epoch: 1, [1]),
            Self.record(type: 24, epoch: 1, [UInt8](repeating: 0, count: 32)),
            Self.record(type: 25, epoch: 1, [UInt8](repeating: 0, count: 32)),
            Array(Self.fatalAlert.dropLast()), [22], [UInt8](repeating: 63, count: 1400),
        ]
        // What has the shape of a sealed record goes on to OpenSSL, which finds that it is not one.
        let passed: [[UInt8]] = [
            Self.record(type: 21, epoch: 1, [UInt8](repeating: 9, count: 16)),
            Self.record(type: 21, epoch: 1, [UInt8](repeating: 9, count: 26)),
            Self.record(type: 22, epoch: 1, [UInt8](repeating: 9, count: 40)),
            Self.record(type: 23, epoch: 1, sequence: .max, [UInt8](repeating: 9, count: 40)),
            [],
        ]
        for junk in refused + passed {
            let pair = connected()
            pair.harness.receiveDTLS(junk)
            #expect(pair.harness.takeSent().isEmpty, "answered \(junk.prefix(20))")
            if refused.contains(junk) { #expect(pair.harness.counters[.dtlsRecordRefused] == 1, "took \(junk.prefix(20))") }
            expectAlive(pair)
        }
    }

    // B5, F16. Guard: DTLSRecordFilter.
    @Test("Ten thousand records of a future epoch cost no memory and harm nothing")
    func futureEpochs() async {
        await #expect(processExitsWith: .success) {
            let test = try DTLSGuardTests()
            let pair = test.connected()
            let body = [UInt8](repeating: 5, count: 1200)
            pair.harness.receiveDTLS(DTLSGuardTests.record(type: 22, epoch: 2, body))
            let grown = growth {
                for sequence in 0..<10_000 as Range<UInt32> {
                    pair.harness.receiveDTLS(DTLSGuardTests.record(type: sequence % 2 == 0 ? 22 : 23, epoch: 2, sequence: sequence, body))
                }
            }
            #expect(grown < 1 << 20)
            #expect(pair.harness.counters[.dtlsRecordRefused] == 10_001)
            test.expectAlive(pair)
        }
    }

    // B4. Guard: DTLSRecordFilter refuses epoch-0 application data; nothing reads it.
    @Test("Application data is dropped, whether in the clear or sealed")
    func applicationData() {
        let pair = connected()
        pair.harness.receiveDTLS(Self.record(type: 23, epoch: 0, Array("hello".utf8)))
        #expect(pair.harness.counters[.dtlsRecordRefused] == 1)
        pair.client.send(Array("data channel?".utf8))
        for bytes in pair.client.takeOutput() { pair.harness.receiveDTLS(bytes) }
        #expect(pair.harness.counters[.dtlsApplicationData] == 1)
        expectAlive(pair)
    }

    // B4 (CVE-2022-29190). What is held of messages of allowed length is bounded by OpenSSL's window of ten of them, not by us.
    @Test("Ten megabytes of handshake fragments stay within a bound, and zero-length ones make no loop")
    func fragments() async {
        await #expect(processExitsWith: .success) {
            let harness = try DTLSGuardTests.listening()
            let grown = growth {
                for number in 0..<9_000 {
                    // Gaps and overlaps in messages that never come whole.
                    let message = UInt16(number % 40)
                    harness.receiveDTLS(
                        DTLSGuardTests.fragment(message: message, offset: (number * 700) % 14_000, count: 1150, total: 16_000))
                    if number % 3 == 0 {
                        harness.receiveDTLS(DTLSGuardTests.fragment(message: message, offset: 0, count: 0, total: 16_000))
                    }
                }
            }
            #expect(grown < 1 << 20)
            #expect(harness.transport.state == .connecting)
            // A record without any fragment is refused by DTLSRecordFilter; OpenSSL alone would drop it too.
            let before = harness.counters[.dtlsRecordRefused]
            harness.receiveDTLS(DTLSGuardTests.record(type: 22, epoch: 0, []))
            #expect(harness.counters[.dtlsRecordRefused] == before + 1)
        }
    }

    // B4 (CVE-2022-29189). Guard: maximumCertificateBytes. Not seen red: with 100 MB allowed today's OpenSSL holds nothing of these either.
    @Test("A fragment of a message that would be megabytes long is held nowhere")
    func hugeMessages() async {
        await #expect(processExitsWith: .success) {
            let warm = try DTLSGuardTests.listening()
            warm.receiveDTLS(DTLSGuardTests.fragment(message: 0, offset: 0, count: 1150, total: 16_000))
            let all = try (0..<8).map { _ in try DTLSGuardTests.listening() }
            let grown = growth {
                for harness in all {
                    for message in 0..<10 as Range<UInt16> {
                        harness.receiveDTLS(DTLSGuardTests.fragment(message: message, offset: 0, count: 1150, total: 16_000_000))
                    }
                }
            }
            #expect(grown < 1 << 20, "grew by \(grown)")
            #expect(all.allSatisfy { $0.transport.srtp == nil })
        }
    }

    /// A transport that has passed its check and waits for a handshake.
    private static func listening() throws -> TransportHarness {
        let harness = TransportHarness(identity: try DTLSIdentity.generate(), at: realNow)
        harness.receiveSTUN(STUNClient().check())
        harness.receiveDTLS(fragment(message: 0, offset: 0, count: 10, total: 100))
        return harness
    }

    /// A piece of a Certificate message.
    private static func fragment(message: UInt16, offset: Int, count: Int, total: Int) -> [UInt8] {
        func three(_ value: Int) -> [UInt8] { [UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
        let head = [11] + three(total) + [UInt8(message >> 8), UInt8(message & 0xFF)] + three(offset) + three(count)
        return record(type: 22, epoch: 0, head + [UInt8](repeating: 0, count: count))
    }

    // B13. Guard: allowsSending in Transport.flush.
    @Test("Before the handshake proves an address it is sent at most three times what came from it")
    func amplification() {
        let client = DTLSClient()
        client.step()
        let hello = client.takeOutput().flatMap { $0 }
        let harness = TransportHarness(identity: identity, at: realNow)
        let check = STUNClient().check()
        harness.receiveSTUN(check)
        harness.receiveDTLS(hello)
        // The client is never heard of again, while the retransmission timer fires again and again.
        let end = realNow + .seconds(20)
        while realNow < end, harness.counters[.dtlsAmplification] == 0 { harness.advance(to: realNow) }
        let out = harness.sent.reduce(0) { $0 + $1.bytes.count }
        #expect(harness.counters[.dtlsRetransmission] > 0)
        #expect(harness.counters[.dtlsAmplification] > 0)
        #expect(out <= 3 * (check.count + hello.count), "\(out) bytes for \(check.count + hello.count)")
        // Another check earns the address another answer.
        harness.sent = []
        for _ in 0..<20 { harness.receiveSTUN(check) }
        let later = realNow + .seconds(25)
        while realNow < later, harness.sent.count <= 20 { harness.advance(to: realNow) }
        #expect(harness.sent.count > 20)
    }

    // F14. Guard: unprotect is the only way in.
    @Test("Plaintext RTP and RTCP are dropped, before the keys and after")
    func plaintext() {
        let before = TransportHarness(identity: identity, at: realNow)
        before.receiveSTUN(STUNClient().check())
        expectDropped(before)
        #expect(before.counters[.srtpNoKeys] == 2)
        let pair = connected()
        expectDropped(pair.harness)
        #expect(pair.harness.counters[.srtpAuthenticationFailed] == 2)
    }

    private func expectDropped(_ harness: TransportHarness) {
        var rtp = SRTPPacket.rtp(sequence: 1)
        var rtcp = SRTPPacket.rtcp()
        rtcp.count += 20
        let first = rtp.withBytes { harness.transport.unprotectRTP($0, from: clientAddress) }
        let second = rtcp.withBytes { harness.transport.unprotectRTCP($0, from: clientAddress) }
        #expect(first == nil && second == nil)
    }

    // F14. Nothing leaves in the clear either.
    @Test("Without keys nothing is sent")
    func nothingInTheClear() {
        let harness = TransportHarness(identity: identity, at: realNow)
        harness.receiveSTUN(STUNClient().check())
        var packet = SRTPPacket.rtp(sequence: 1)
        let length = packet.count
        let rtp = packet.withRoom { harness.transport.protectRTP($0, length: length) }
        let rtcp = packet.withRoom { harness.transport.protectRTCP($0, length: length) }
        #expect(rtp == nil && rtcp == nil)
    }
}
