import Glibc
import RTP
import Testing

@testable import SFU

@Suite("Media server on real sockets")
struct MediaServerTests {
    private let log = EventLog()

    private func server(_ host: String, workers: Int = 1, announce: [String] = []) throws -> MediaServer {
        let server = try MediaServer(configuration: MediaServerConfiguration(listen: (host, 0), workers: workers, announce: announce))
        try server.start { [log] in log.append($0) }
        return server
    }

    private func port(_ server: MediaServer, _ room: UInt64 = 1) -> UInt16 {
        server.endpoint(for: ParticipantID(1), in: RoomID(room)).candidates[0].port
    }

    // interop.md §0: Chromium ignores answers from another address than it asked. Guard: the source in EgressBatch.fill.
    @Test(
        "The answer comes from the address that was asked, though the socket is bound to any",
        arguments: [
            ("0.0.0.0", "127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1", "127.0.0.2"), ("::", "127.0.0.1", "127.0.0.3"),
            ("::", "::1", "::1"), ("127.0.0.5", "127.0.0.1", "127.0.0.5"), ("::1", "::1", "::1"),
        ])
    func answersFromAskedAddress(bound: String, from: String, asked: String) throws {
        let server = try server(bound)
        defer { server.stop() }
        #expect(server.send(.openPeer(.bare(1))))
        let client = try UDPClient(from)
        let stun = STUNClient()
        let target = try SocketAddress(asked, port: port(server)).orThrow()
        client.send(stun.check(nominating: true), to: target)
        let answer = try client.receive().orThrow()
        #expect(answer.from == target)
        #expect(stun.read(answer.bytes) == .success(mapped: client.address))
    }

    @Test("A client connects over a real socket; stopping the server says goodbye to it")
    func connectAndStop() throws {
        let server = try server("127.0.0.1")
        let dtls = DTLSClient()
        #expect(server.send(.openPeer(.bare(1, fingerprint: dtls.fingerprint))))
        let client = try UDPClient()
        let target = try SocketAddress("127.0.0.1", port: port(server)).orThrow()
        client.send(STUNClient().check(nominating: true), to: target)
        _ = try client.receive().orThrow()
        let end = realNow + .seconds(25)
        dtls.step()
        while !dtls.isConnected, realNow < end {
            for bytes in dtls.takeOutput(pack: 1200) { client.send(bytes, to: target) }
            if let datagram = client.receive(withinMilliseconds: 50) { dtls.receive(datagram.bytes) } else { dtls.handleTimeout() }
        }
        for bytes in dtls.takeOutput(pack: 1200) { client.send(bytes, to: target) }
        #expect(log.contains(.connected(PeerID(1))))
        server.stop()
        #expect(log.all.last == .disconnected(PeerID(1), .drained))
        while !dtls.gotGoodbye, let datagram = client.receive(withinMilliseconds: 2000) { dtls.receive(datagram.bytes) }
        #expect(dtls.gotGoodbye)
        #expect(!server.send(.closePeer(PeerID(1))))
        server.stop()  // twice is once
    }

    @Test("Rooms are spread over the workers, each with its own port, and commands follow their peer")
    func workers() throws {
        let server = try server("127.0.0.1", workers: 3)
        defer { server.stop() }
        let ports = Set((1...50 as ClosedRange<UInt64>).map { port(server, $0) })
        #expect(ports.count == 3)
        for id in 1...50 as ClosedRange<UInt64> { #expect(server.send(.openPeer(.bare(id, ufrag: "peer\(id)")))) }
        for id in 1...50 as ClosedRange<UInt64> {
            // An address belongs to one participant at a time.
            let client = try UDPClient()
            let stun = STUNClient(username: "peer\(id):x")
            client.send(stun.check(), to: try SocketAddress("127.0.0.1", port: port(server, id)).orThrow())
            let answer = try client.receive().orThrow()
            #expect(stun.read(answer.bytes) == .success(mapped: client.address))
        }
        #expect(server.send(.closePeer(PeerID(9))))
        #expect(log.contains(.disconnected(PeerID(9), .closed)))
        #expect(!server.send(.closePeer(PeerID(9))))
        #expect(!server.send(.closePeer(PeerID(999))))
        #expect(server.counters()[.stunAnswered] == 50)
    }

    @Test("A datagram longer than 1,500 bytes is dropped and counted; empty ones do no harm")
    func oversize() throws {
        let server = try server("127.0.0.1")
        defer { server.stop() }
        #expect(server.send(.openPeer(.bare(1))))
        let client = try UDPClient()
        let target = try SocketAddress("127.0.0.1", port: port(server)).orThrow()
        client.send([UInt8](repeating: 0x80, count: 1501), to: target)
        client.send([UInt8](repeating: 0x80, count: 9000), to: target)
        client.send([], to: target)
        client.send(STUNClient().check(), to: target)
        #expect(client.receive() != nil)
        #expect(server.counters()[.oversizeDatagram] == 2)
        #expect(server.counters()[.datagramsReceived] == 4)
    }

    @Test("The delay of media inside the server is measured where that was asked for, and only there")
    func delay() throws {
        for isMeasured in [true, false] {
            var configuration = MediaServerConfiguration(listen: ("127.0.0.1", 0))
            configuration.measuresDelay = isMeasured
            let server = try MediaServer(configuration: configuration)
            try server.start { _ in }
            #expect(server.isRunning && server.ports == [port(server)])
            #expect(server.send(.openPeer(.bare(1))))
            let client = try UDPClient()
            let target = try SocketAddress("127.0.0.1", port: port(server)).orThrow()
            for sequence in 0..<20 { client.send(SRTPPacket.rtp(sequence: UInt16(sequence)).contents, to: target) }
            client.send(STUNClient().check(), to: target)
            #expect(client.receive() != nil)
            server.stop()
            #expect(!server.isRunning)
            #expect(server.delays().map(\.count) == (isMeasured ? [20] : []))
            if isMeasured { #expect(server.delays()[0].microseconds(quantile: 0.5) != nil) }
        }
    }

    @Test("Candidates are every address of the machine, or what is announced")
    func candidates() throws {
        let every = try server("0.0.0.0")
        defer { every.stop() }
        let addresses = every.endpoint(for: ParticipantID(1), in: RoomID(1)).candidates.map(\.address)
        #expect(addresses.last == "127.0.0.1")
        #expect(addresses.allSatisfy { !$0.contains(":") })
        let priorities = every.endpoint(for: ParticipantID(1), in: RoomID(1)).candidates.map(\.priority)
        #expect(priorities == priorities.sorted(by: >) && priorities[0] == 2_130_706_431)

        let announced = try server("::", announce: ["192.0.2.7", "2001:db8::7", "localhost", "192.0.2.7"])
        defer { announced.stop() }
        let named = announced.endpoint(for: ParticipantID(1), in: RoomID(1)).candidates.map(\.address)
        #expect(named.prefix(2) == ["192.0.2.7", "2001:db8::7"])
        #expect(named.contains("127.0.0.1"))
        #expect(Set(named).count == named.count)
    }

    @Test("Bad options are told in words")
    func badOptions() throws {
        func error(_ host: String, _ port: Int, workers: Int = 1, announce: [String] = []) -> MediaServerError? {
            do throws(MediaServerError) {
                let server = try MediaServer(
                    configuration: MediaServerConfiguration(listen: (host, port), workers: workers, announce: announce))
                try server.start { _ in }
                server.stop()
                return nil
            } catch {
                return error
            }
        }
        #expect(error("localhost", 0) == .badListenAddress("localhost"))
        #expect(error("127.0.0.1", 65_535, workers: 2) == .badPort(65_536))
        #expect(error("127.0.0.1", -1) == .badPort(-1))
        #expect(error("127.0.0.1", 0, workers: 0) == .badWorkerCount(0))
        #expect(error("127.0.0.1", 0, workers: 65) == .badWorkerCount(65))
        #expect(error("0.0.0.0", 0, announce: ["2001:db8::1"]) == .announce("2001:db8::1"))
        #expect(error("0.0.0.0", 0, announce: ["no such name.invalid"]) == .announce("no such name.invalid"))
        #expect(error("192.0.2.1", 0) == .listen("192.0.2.1:0", EADDRNOTAVAIL))
        #expect(error("192.0.2.1", 0)?.description == "cannot listen on UDP 192.0.2.1:0: Cannot assign requested address")
        let first = try server("127.0.0.1")
        defer { first.stop() }
        #expect(error("127.0.0.1", Int(port(first))) == .listen("127.0.0.1:\(port(first))", EADDRINUSE))
        #expect(throws: MediaServerError.alreadyStarted) { try first.start { _ in } }
    }
}
