import Control
import Testing

@testable import Signaling

/// Coming back after a dropped socket, on real sockets.
struct GatewayResumeTests {
    private func resume(_ server: LiveServer, _ account: LiveServer.Account, _ session: String, _ sequence: Int) async throws -> TestSocket
    {
        let socket = try await server.socket()
        _ = try await socket.expect(op: 10)
        socket.send(op: 6, ["token": .string(account.token), "session_id": .string(session), "seq": .int(Int64(sequence))])
        return socket
    }

    @Test func whatWasMissedComesOnceAndInOrder() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            let online = try await server.signIn(ada)
            await online.socket.drop()
            for name in ["one", "two", "three"] {
                _ = try await server.request(.post, "guilds/\(place.guild)/channels", ["name": .string(name), "type": 0], token: ada.token)
            }
            let socket = try await resume(server, ada, online.sessionID, 2)
            for (sequence, name) in [(3, "one"), (4, "two"), (5, "three")] {
                guard case .message(let message) = try await socket.next() else { throw TestFailure("closed") }
                #expect(message["t"] == "CHANNEL_CREATE")
                #expect(message["s"] == .int(Int64(sequence)))
                #expect(message["d"]?["name"] == .string(name))
            }
            // An object: discord.py hangs on null.
            #expect(try await socket.next() == .message(["op": 0, "t": "RESUMED", "s": 6, "d": .object(JSONObject())]))
            _ = try await server.request(.delete, "channels/\(place.text)", token: ada.token)
            #expect(try await socket.event("CHANNEL_DELETE")["id"] == .id(place.text))
        }
    }

    @Test func whatCannotBeResumedIsSaidAndMayIdentifyAnew() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let eve = try await server.register("eve")
            let online = try await server.signIn(ada)
            await online.socket.drop()
            for (account, session, sequence) in [
                (ada, "nobody", 1), (eve, online.sessionID, 1), (ada, online.sessionID, 99), (ada, online.sessionID, -1),
            ] {
                let socket = try await resume(server, account, session, sequence)
                #expect(try await socket.expect(op: 9) == false)
                socket.send(op: 2, ["token": .string(account.token)])
                _ = try await socket.event("READY")
            }
            let rightful = try await resume(server, ada, online.sessionID, 1)
            _ = try await rightful.event("RESUMED")
        }
    }

    @Test func aSessionThatSaidGoodByeOrWaitedTooLongIsGone() async throws {
        var options = LiveServer.Options()
        options.gateway.resumeTimeout = .milliseconds(100)
        try await LiveServer.run(options) { server in
            let ada = try await server.register("ada")
            let leaving = try await server.signIn(ada)
            leaving.socket.close(1000)
            #expect(try await leaving.socket.closeCode() == 1000)
            let dropped = try await server.signIn(ada)
            await dropped.socket.drop()
            try await server.eventually("both are forgotten") { await server.plane.gateway.sessions.isEmpty }
            #expect(try await resume(server, ada, leaving.sessionID, 1).expect(op: 9) == false)
        }
    }

    /// Guard: `makeRoom`. Without it the sessions of one user have no bound.
    @Test func theOldestSessionMakesRoom() async throws {
        var options = LiveServer.Options()
        options.gateway.sessionsPerUser = 2
        try await LiveServer.run(options) { server in
            let ada = try await server.register("ada")
            let first = try await server.signIn(ada)
            _ = try await server.signIn(ada)
            _ = try await server.signIn(ada)
            #expect(try await first.socket.closeCode() == 4006)
            #expect(await server.plane.gateway.sessions.count == 2)
        }
    }
}
