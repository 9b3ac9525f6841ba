import Control
import Testing

@testable import Signaling

/// Signing in on the main gateway, on a real socket.
struct GatewaySignInTests {
    @Test func aClientIsGreetedSignsInAndLearnsItsGuilds() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada, members: [grace])
            let socket = try await server.socket("/gateway?v=10&encoding=json&compress=zlib-stream")
            #expect(try await socket.expect(op: 10)["heartbeat_interval"] == 41_250)
            socket.send(op: 1, .null)
            #expect(
                try await socket.next() == .message(["op": 11, "t": nil, "s": nil, "d": nil]), "a heartbeat before Identify is answered")
            socket.send(op: 2, ["token": .string(ada.token), "properties": [:], "compress": true, "shard": [0, 1]])
            let ready = try await socket.event("READY")
            #expect(ready["user"]?["id"] == .id(ada.id))
            #expect(ready["guilds"] == [["id": .id(place.guild), "unavailable": true]])
            #expect(ready["resume_gateway_url"]?.asString == "ws://localhost:\(server.port)/gateway")
            #expect(ready["application"]?["id"] == .id(ada.id))
            let guild = try await socket.event("GUILD_CREATE")
            #expect(guild["id"] == .id(place.guild))
            #expect(guild["unavailable"] == false)
            #expect(guild["member_count"] == 2)
            #expect(Set((guild["members"]?.asArray ?? []).compactMap { $0["user"]?["id"]?.asSnowflake }) == [ada.id, grace.id])
            #expect((guild["channels"]?.asArray ?? []).count == 2)
            #expect(guild["voice_states"] == [])
            #expect(guild["presences"] == [])
        }
    }

    @Test(arguments: ["", "Bearer ", "Bot "]) func theTokenMayCarryItsScheme(scheme: String) async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let socket = try await server.socket()
            socket.send(op: 2, ["token": .string(scheme + ada.token)])
            _ = try await socket.event("READY")
        }
    }

    @Test func whatIsWrongIsSaidByTheCloseCode() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let messages: [(String, UInt16)] = [
                (#"{"op":2,"d":{"token":"nobody"}}"#, 4004), (#"{"op":2,"d":{}}"#, 4002), (#"{"op":2"#, 4002), ("[]", 4002), ("{}", 4002),
                (#"{"op":"2"}"#, 4002), (#"{"op":99,"d":null}"#, 4001), (#"{"op":0,"d":{}}"#, 4001), (#"{"op":4,"d":{}}"#, 4003),
                (#"{"op":8,"d":{}}"#, 4003), (#"{"op":6,"d":{"token":"x"}}"#, 4002),
                (#"{"op":6,"d":{"token":"x","session_id":"y","seq":1}}"#, 4004),
                (#"{"op":2,"d":{"token":"x","shard":[1,2]}}"#, 4010), (String(repeating: "[", count: 4000), 4002),
                (#"{"op":1,"d":"\#(String(repeating: "x", count: 4096))"}"#, 4002), ("\u{0}", 4002),
            ]
            for (text, code) in messages {
                let socket = try await server.socket()
                socket.sendText(text)
                #expect(try await socket.closeCode() == code, "\(text.prefix(60))")
            }
            // Nobody else was disturbed.
            let online = try await server.signIn(ada)
            online.socket.send(op: 2, ["token": .string(ada.token)])
            #expect(try await online.socket.closeCode() == 4005)
        }
    }

    @Test func whoDoesNotIdentifyIsClosed() async throws {
        var options = LiveServer.Options()
        options.gateway.identifyTimeout = .milliseconds(200)
        try await LiveServer.run(options) { server in
            let socket = try await server.socket()
            #expect(try await socket.closeCode() == 4009)
        }
    }

    @Test func whoDoesNotBeatIsClosed() async throws {
        var options = LiveServer.Options()
        options.gateway.heartbeatInterval = .milliseconds(200)
        try await LiveServer.run(options) { server in
            let ada = try await server.register("ada")
            let silent = try await server.signIn(ada)
            #expect(try await silent.socket.closeCode() == 4009)
        }
    }

    @Test func aHeartbeatPutsTheEndOff() async throws {
        var options = LiveServer.Options()
        options.gateway.heartbeatInterval = .seconds(1)
        try await LiveServer.run(options) { server in
            let ada = try await server.register("ada")
            let beating = try await server.signIn(ada)
            let silent = try await server.signIn(ada)
            // Longer than the 1.5 s that a silent socket lives.
            async let end = silent.socket.closeCode()
            for _ in 0..<20 {
                beating.socket.send(op: 1, .null)
                _ = try await beating.socket.expect(op: 11)
                await #expect(throws: TestFailure.self, "nothing else comes") { try await beating.socket.next(within: .milliseconds(100)) }
            }
            #expect(try await end == 4009)
        }
    }
}
