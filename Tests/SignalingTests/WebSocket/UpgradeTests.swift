import Control
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing

@testable import Signaling

/// The upgrade channel, on a real port.
struct UpgradeTests {
    /// Guard: `UpgradePolicy.allows` in `SocketAdmission.admits` (B21, CWE-1385). Without it the foreign page gets 101.
    @Test func aForeignOriginIsRefused() async throws {
        var options = LiveServer.Options()
        options.allowedOrigins = ["https://friend.example"]
        try await LiveServer.run(options) { server in
            for path in ["/gateway", "/voice"] {
                for origin in [
                    "https://evil.example", "null", "http://localhost.evil.example", "http://localhost:1", "localhost",
                    "ftp://localhost:\(server.port)",
                ] {
                    await #expect(throws: UpgradeRefused(status: 403), "\(origin)") { try await server.socket(path, origin: origin) }
                }
                for origin in [nil, "http://localhost:\(server.port)", "HTTP://LOCALHOST:\(server.port)", "https://friend.example"] {
                    let socket = try await server.socket(path, origin: origin)
                    _ = try await socket.expect(op: path == "/voice" ? 8 : 10)
                }
            }
        }
    }

    @Test func plainRequestsToSocketPathsAreToldSoAndOthersReachTheRouter() async throws {
        try await LiveServer.run { server in
            try await server.client.execute(uri: "/gateway", method: .get) { #expect($0.status == .upgradeRequired) }
        }
        try await LiveServer.run { server in
            try await server.client.execute(uri: "/health", method: .get) { #expect($0.status == .ok) }
            try await server.client.execute(uri: "/gateway/x", method: .get) { #expect($0.status == .notFound) }
        }
    }

    @Test func anUpgradeElsewhereIsAnOrdinaryRequest() async throws {
        try await LiveServer.run { server in
            await #expect(throws: UpgradeRefused(status: 404)) { try await server.socket("/elsewhere") }
        }
    }

    /// Guard: `SocketAdmission.isFull`.
    @Test func socketsBeyondTheLimitAreRefusedUntilOneGoes() async throws {
        var options = LiveServer.Options()
        options.edit = { $0.maximumSockets = 2 }
        try await LiveServer.run(options) { server in
            let first = try await server.socket()
            let second = try await server.socket("/voice")
            await #expect(throws: UpgradeRefused(status: 503)) { try await server.socket() }
            await first.drop()
            try await server.eventually("a free place") { (try? await server.socket()) != nil }
            await second.drop()
        }
    }

    @Test func aClientThatIsGoneIsNoticedAtOnce() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let online = try await server.signIn(ada)
            await online.socket.drop()
            try await server.eventually("the session waits", within: .seconds(2)) {
                await server.plane.gateway.isDetached(online.sessionID)
            }
        }
    }

    /// Guard: the rate in `WebSocketLink.messageArrived`. Discord: 120 in 60 s, then 4008; ours on the voice gateway 4029.
    @Test(arguments: [("/gateway", 4008), ("/voice", 4029)] as [(String, UInt16)])
    func aTalkativeClientIsClosed(path: String, code: UInt16) async throws {
        try await LiveServer.run { server in
            let socket = try await server.socket(path)
            let beat = path == "/voice" ? 3 : 1
            for _ in 0..<120 { socket.send(op: beat, [:]) }
            for _ in 0..<120 { _ = try await socket.expect(op: path == "/voice" ? 6 : 11) }
            socket.send(op: beat, [:])
            #expect(try await socket.closeCode() == code)
        }
    }

    @Test func messagesMayComeInFragmentsButNotEndlessly() async throws {
        try await LiveServer.run { server in
            func frame(_ text: String, _ opcode: WebSocketOpcode, fin: Bool) -> WebSocketFrame {
                WebSocketFrame(fin: fin, opcode: opcode, maskKey: .random(), data: ByteBuffer(string: text))
            }
            let socket = try await server.socket()
            // HELLO comes from the gateway and PONG from the socket's own loop: only after the one is the other's place certain.
            _ = try await socket.expect(op: 10)
            socket.send(frame(#"{"op""#, .text, fin: false))
            socket.send(WebSocketFrame(fin: true, opcode: .ping, maskKey: .random(), data: ByteBuffer(string: "x")))
            socket.send(frame(":1,", .continuation, fin: false))
            socket.send(frame(#""d":null}"#, .continuation, fin: true))
            #expect(try await socket.next() == .message(["pong": "x"]), "control frames come between")
            _ = try await socket.expect(op: 11)

            // Guard: the fragment count and size in `WebSocketLink.textArrived`.
            let endless = try await server.socket()
            endless.send(frame("[", .text, fin: false))
            for _ in 0..<200 { endless.send(frame("1,", .continuation, fin: false)) }
            #expect(try await endless.closeCode() == 1009)
            let orphan = try await server.socket()
            orphan.send(frame("1", .continuation, fin: true))
            #expect(try await orphan.closeCode() == 1002)
        }
    }

    @Test func framesThatBreakTheProtocolCloseTheSocket() async throws {
        try await LiveServer.run { server in
            let data = ByteBuffer(string: #"{"op":1,"d":null}"#)
            let frames: [(WebSocketFrame, UInt16)] = [
                (WebSocketFrame(fin: true, opcode: .text, data: data), 1002),  // not masked
                (WebSocketFrame(fin: true, rsv1: true, opcode: .text, maskKey: .random(), data: data), 1002),
                (WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: data), 1003),
                (WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(repeating: 0x20, count: 4097)), 4002),
                (WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(repeating: 0x20, count: 1 << 20)), 1009),
            ]
            for (frame, code) in frames {
                let socket = try await server.socket()
                socket.send(frame)
                #expect(try await socket.closeCode() == code)
            }
            let voice = try await server.socket("/voice")
            voice.sendText("[" + String(repeating: " ", count: 128 * 1024))
            #expect(try await voice.closeCode() == 4002)
        }
    }

    /// Guard: the bound in `WebSocketLink.send`. Without it the server keeps all of it in memory, and the test sees the socket stay.
    @Test func aClientThatDoesNotReadIsClosed() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let slow = try await server.signIn(ada)
            let other = try await server.signIn(ada)
            try await slow.socket.setReading(false)
            let session = slow.sessionID
            try await server.plane.gateway.flood(session, megabytes: 64)
            try await server.eventually("the slow socket is closed") { await server.plane.gateway.isDetached(session) }
            other.socket.send(op: 1, .null)
            _ = try await other.socket.expect(op: 11)
        }
    }

    /// Guard: `UpgradeGuard`. Hummingbird's own idle timer starts only after the first request head.
    @Test func aConnectionThatNeverFinishesItsHeadIsClosed() async throws {
        var options = LiveServer.Options()
        options.edit = { $0.headTimeout = .milliseconds(200) }
        try await LiveServer.run(options) { server in
            let address = try SocketAddress.makeAddressResolvingHost("localhost", port: server.port)
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: address).get()
            try await channel.writeAndFlush(ByteBuffer(string: "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: "))
            try await server.eventually("the connection is closed", within: .seconds(5)) { !channel.isActive }
        }
    }

    /// Guard: the quiescing of `UpgradeGuard` and `WebSocketLink`. Without them the server waits for these connections for ever.
    @Test func shutdownSaysGoodByeAndDoesNotWaitForSilentConnections() async throws {
        let sockets = Parked()
        try await LiveServer.run { server in
            let address = try SocketAddress.makeAddressResolvingHost("localhost", port: server.port)
            let silent = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: address).get()
            let gateway = try await server.socket()
            let voice = try await server.socket("/voice")
            _ = try await gateway.expect(op: 10)
            _ = try await voice.expect(op: 8)
            await sockets.park(gateway, voice, silent)
        }
        #expect(try await sockets.gateway?.closeCode() == 1001)
        #expect(try await sockets.voice?.closeCode() == 4015)
        try await sockets.silent?.closeFuture.get()
    }
}

private actor Parked {
    var gateway: TestSocket?
    var voice: TestSocket?
    var silent: (any NIOCore.Channel)?

    func park(_ gateway: TestSocket, _ voice: TestSocket, _ silent: any NIOCore.Channel) {
        (self.gateway, self.voice, self.silent) = (gateway, voice, silent)
    }
}

extension Gateway {
    fileprivate func flood(_ session: String, megabytes: Int) throws {
        let text = JSONValue.string(String(repeating: "x", count: 1 << 16))
        for _ in 0..<megabytes * 16 { dispatch("FLOOD", text, to: session) }
    }

    fileprivate func isDetached(_ session: String) -> Bool {
        sessions[session]?.socket == nil
    }
}
