import Control
import NIOCore
import Testing

@testable import Signaling

/// GUILD_CREATE is written once for all who see the same, and never shown to somebody who does not.
struct GuildViewTests {
    private func kept(_ server: LiveServer) async -> [(place: Int, channels: Int)] {
        await server.plane.gateway.sessions.values.compactMap { session in
            guard let dispatch = session.replay.kept.first(where: { $0.type == "GUILD_CREATE" }) else { return nil }
            let place = dispatch.data.withUnsafeReadableBytes { $0.baseAddress.map { Int(bitPattern: $0) } ?? 0 }
            let text = String(buffer: dispatch.own) + String(buffer: dispatch.data)
            return (place, (try? JSONValue(parsing: text.utf8))?["channels"]?.asArray?.count ?? 0)
        }
    }

    /// Guards, each seen red: the cache in `introduce`; `channels` in `GuildView`; `didSet` of `guilds` and of `voiceStates`.
    @Test func thoseWhoSeeTheSameShareItAndAChangeEndsThat() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let eve = try await server.register("eve")
            let place = try await server.makeGuild(ada, members: [grace, eve])
            let first = try await server.signIn(grace)
            let second = try await server.signIn(eve)
            #expect(Set(await kept(server).map(\.place)).count == 1)
            let joined = [first, second].map { $0.guild["joined_at"] }
            #expect(joined.allSatisfy { $0?.asString != nil } && joined[0] != joined[1], "each has his own")
            // A channel that only ada sees: her view is another.
            let overwrites: JSONValue = [["id": .id(place.guild), "type": 0, "allow": "0", "deny": .permissions(.viewChannel)]]
            _ = try await server.request(
                .post, "guilds/\(place.guild)/channels", ["name": "hidden", "type": 0, "permission_overwrites": overwrites],
                token: ada.token)
            let seen = try await [server.signIn(ada), server.signIn(grace), server.signIn(eve)].map {
                $0.guild["channels"]?.asArray?.count ?? 0
            }
            #expect(seen == [3, 2, 2])
            #expect(Set(await kept(server).map(\.place)).count == 3)
            // Voice is part of it.
            _ = try await server.join(first, grace, place)
            #expect(try await server.signIn(eve).guild["voice_states"]?.asArray?.count == 1)
        }
    }

    /// Guard: the bound in `find`.
    @Test func theViewsAreBounded() {
        var views = GuildViews()
        for id in 0..<UInt64(1000) {
            let view = GuildView(guild: Snowflake(id), channels: [], members: [], threshold: 50)
            #expect(String(buffer: views.find(view) { ["joined_at": 1, "id": .id(Snowflake(id))] }) == "\"id\":\"\(id)\"}")
            #expect(views.count <= GuildViews.capacity)
        }
    }

    /// Guard: that `dispatch` holds no copy of the session. With one, each event copies all that is kept before it, and the buffer moves every time.
    @Test func whatIsKeptIsNotCopiedForTheNextEvent() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            let online = try await server.signIn(ada)
            var places: [Int] = []
            for number in 0..<40 {
                _ = try await server.request(.patch, "guilds/\(place.guild)", ["name": .string("Guild \(number)")], token: ada.token)
                _ = try await online.socket.event("GUILD_UPDATE")
                let kept = await server.plane.gateway.sessions.values.first?.replay.kept
                places.append(kept?.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } ?? 0)
            }
            let moves = zip(places, places.dropFirst()).count { $0 != $1 }
            #expect(moves <= 6, "it doubles from 2 to 64 places")
        }
    }

    /// Guard: `acknowledge` in `heartbeat`.
    @Test func aHeartbeatLetsGoOfWhatTheClientHas() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            _ = try await server.makeGuild(ada)
            let online = try await server.signIn(ada)
            #expect(await kept(server).count == 1)
            online.socket.send(op: 1, 2)
            _ = try await online.socket.expect(op: 11)
            #expect(await server.plane.gateway.sessions.values.allSatisfy { $0.replay.keptBytes == 0 })
            await online.socket.drop()
            let socket = try await server.socket()
            _ = try await socket.expect(op: 10)
            socket.send(op: 6, ["token": .string(ada.token), "session_id": .string(online.sessionID), "seq": 2])
            _ = try await socket.event("RESUMED")
        }
    }
}
