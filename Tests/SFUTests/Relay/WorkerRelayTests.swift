import Glibc
import RTP
import Testing

@testable import SFU

/// Two worker threads with a room between them, on real sockets.
@Suite("A room on two workers")
struct WorkerRelayTests {
    private static let slot: UInt32 = 2_000
    private let log = EventLog()

    private func worker(_ index: Int) throws -> Worker {
        var configuration = MediaCoreConfiguration.simulated(seed: CoreHarness.seed)
        configuration.worker = index
        return try Worker(host: "127.0.0.1", port: 0, core: configuration, measuresDelay: false) { [log] in log.append($0) }
    }

    /// A client on a socket of its own, whose first check has been answered.
    private func client(_ id: UInt64, _ sections: Sections, on worker: Worker) throws -> (socket: UDPClient, peer: CoreClient) {
        let socket = try UDPClient()
        let peer = try CoreClient(id, participant: id, address: socket.address, sections, PeerRights())
        #expect(worker.send(.openPeer(peer.parameters)))
        socket.send(peer.check, to: address(of: worker))
        #expect(socket.receive() != nil)
        return (socket, peer)
    }

    private func address(of worker: Worker) -> SocketAddress {
        guard let address = SocketAddress("127.0.0.1", port: worker.port) else { preconditionFailure("loopback has an address") }
        return address
    }

    @Test("What is said on one worker is heard on the other, every packet once and in order, and a sleeping worker is woken")
    func crossing() throws {
        let (one, other) = (try worker(0), try worker(1))
        one.connect(own: 0, to: other, index: 1)
        other.connect(own: 1, to: one, index: 0)
        try one.start()
        try other.start()
        defer {
            one.stop()
            other.stop()
        }
        for worker in [one, other] { #expect(worker.send(.spanRoom(RoomID(1), workers: [0, 1]))) }
        let speaker = try client(
            1,
            Sections(receive: [
                ReceiveSection(
                    mid: "0", source: .microphone, codecs: [CoreHarness.opus], extensions: CoreHarness.extensions, feedback: [],
                    ssrcs: [DeclaredSSRC(ssrc: SSRC(1_000))])
            ]), on: one)
        let listener = try client(
            2,
            Sections(slots: [
                SlotSection(
                    mid: "0", purpose: .audio, index: 0, ssrc: SSRC(Self.slot), codecs: [CoreHarness.opus],
                    extensions: CoreHarness.extensions, feedback: [])
            ]), on: other)

        var number: UInt16 = 0
        let end = realNow + .seconds(20)
        while listener.peer.received[Self.slot, default: []].count < 200, realNow < end {
            number += 1
            let packet = RTPDraft(
                ssrc: 1_000, type: 111, sequence: number, timestamp: UInt32(number) * 960,
                payload: [0x78, UInt8(number >> 8), UInt8(number & 0xFF)])
            speaker.socket.send(speaker.peer.seal(packet), to: address(of: one))
            // Until it is heard; the first ones begin the track, and are not.
            while var datagram = listener.socket.receive(withinMilliseconds: 20)?.bytes {
                let before = listener.peer.received[Self.slot, default: []].count
                _ = datagram.withUnsafeMutableBytes { listener.peer.open($0) }
                if listener.peer.received[Self.slot, default: []].count > before { break }
            }
        }
        let heard = listener.peer.received[Self.slot, default: []].map { Int($0[1]) << 8 | Int($0[2]) }
        #expect(heard.count == 200)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $0 + 1 == $1 })
        #expect(other.counters[.relayedPackets] >= 200)
        #expect(one.counters[.relayOverflow] == 0 && other.counters[.relayMalformed] == 0)
    }
}
