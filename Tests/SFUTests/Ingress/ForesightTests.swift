import RTP
import Testing

@testable import SFU

/// Looking ahead at datagrams saves time and changes nothing else.
@Suite("Datagrams that are foreseen")
struct ForesightTests {
    private let harness = CoreHarness()
    private let there = SocketAddress.test(77)

    private func microphone(_ ssrc: UInt32) -> Sections {
        Sections(receive: [
            ReceiveSection(
                mid: "0", source: .microphone, codecs: [CoreHarness.opus], extensions: CoreHarness.extensions, feedback: [],
                ssrcs: [DeclaredSSRC(ssrc: SSRC(ssrc))])
        ])
    }

    private func voice(_ sequence: UInt16, ssrc: UInt32) -> RTPDraft {
        RTPDraft(
            ssrc: ssrc, type: 111, sequence: sequence, timestamp: UInt32(sequence) * 960,
            payload: [0x78, UInt8(ssrc & 0xFF), UInt8(sequence)])
    }

    private func foresee(_ datagram: [UInt8], from source: SocketAddress) {
        datagram.withUnsafeBytes { harness.core.foresee($0, from: source) }
    }

    @Test("They are whose they are: in their order, with some left out, with others in between, and more than are looked at ahead")
    func order() throws {
        let speakers = try (1...4 as ClosedRange<UInt64>).map { try harness.joinSpeaker($0, ssrc: UInt32(1_000 + $0)) }
        for sequence in 1...60 as ClosedRange<UInt16> {
            let batch = speakers.enumerated().map { (client: $1, bytes: $1.seal(voice(sequence, ssrc: UInt32(1_001 + $0)))) }
            // Twice as many as there is room for.
            for _ in 0...Foresight.reach / 2 { for (client, bytes) in batch { foresee(bytes, from: client.address) } }
            foresee(batch[0].bytes, from: .test(99))
            for (place, datagram) in batch.enumerated() where place != Int(sequence) % 4 {
                if sequence % 3 == 0 { harness.check(speakers[place]) }
                harness.receive(datagram.bytes, from: datagram.client.address)
            }
            harness.pass(.milliseconds(20))
        }
        #expect(harness.core.counters[.srtpAuthenticationFailed] == 0 && harness.core.counters[.unknownAddress] == 0)
        #expect(harness.core.counters[.unvalidatedSource] == 0)
        for id in 1...4 as ClosedRange<UInt64> { #expect(harness.core.peer(PeerID(id))?.traffic.packetsReceived == 45) }
    }

    /// The guard is `foresight.forget()` where the core's addresses change: without it the second packet is taken for the former peer's, whose keys
    /// do not open it, and after a `closePeer` for that of an object that is gone.
    @Test("An address that goes to another in between is the other's")
    func newOwner() throws {
        let former = try harness.join(1, at: there, microphone(1_001))
        harness.send(voice(1, ssrc: 1_001), from: former)
        let next = try harness.open(2, participant: 1, at: there, microphone(1_002))
        let bytes = next.seal(voice(1, ssrc: 1_002))
        foresee(bytes, from: there)
        #expect(harness.check(next))
        harness.receive(bytes, from: there)
        #expect(harness.core.counters[.srtpAuthenticationFailed] == 0)
        foresee(next.seal(voice(2, ssrc: 1_002)), from: there)
        harness.handle(.closePeer(PeerID(2)))
        harness.receive(next.seal(voice(3, ssrc: 1_002)), from: there)
        #expect(harness.core.counters[.unknownAddress] == 1)
    }

    @Test("What is asked for is where it is, and as long as the instances are")
    func memory() throws {
        let speaker = try harness.joinSpeaker(1, ssrc: 1_001)
        harness.send(voice(1, ssrc: 1_001), from: speaker)
        let peer = try #require(harness.core.peer(PeerID(1)))
        // TargetClassMetadata of Swift's ABI: kind, superclass, flags, address point, instance size.
        func size(_ object: AnyObject) -> Int {
            Int(unsafeBitCast(type(of: object) as AnyClass, to: UnsafeRawPointer.self).load(fromByteOffset: 24, as: UInt32.self))
        }
        let bound = try #require(peer.receivers.first?.encodings.first)
        let (near, unknown) = (peer.bindings.nearEncoding(of: SSRC(1_001)), peer.bindings.nearEncoding(of: SSRC(1_002)))
        #expect(near?.takeUnretainedValue() === bound && unknown == nil)
        // A line of 64 bytes more or less is none too much.
        #expect((-48...64).contains(Encoding.hotBytes - size(bound)), "\(size(bound))")
        #expect((-48...64).contains(RTPReceiver.hotBytes - size(bound.receiver)), "\(size(bound.receiver))")
        #expect((-48...64).contains(Transport.hotBytes - size(peer.transport)), "\(size(peer.transport))")
        let session = try #require(peer.transport.srtp)
        #expect((-48...64).contains(SRTPSession.hotBytes - size(session)), "\(size(session))")
        let store = try #require(bound.store)
        #expect((-48...64).contains(PacketStore.hotBytes - size(store)), "\(size(store))")
    }
}
