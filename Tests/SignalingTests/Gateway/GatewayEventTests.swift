import Control
import Testing

@testable import Signaling

/// Who hears what was committed, on real sockets over the real REST.
struct GatewayEventTests {
    @Test func eventsReachMembersInOrderAndNobodyElse() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let eve = try await server.register("eve")
            let place = try await server.makeGuild(ada, members: [grace])
            let online = try await server.signIn(grace)
            let outsider = try await server.signIn(eve)
            let guild = "guilds/\(place.guild)"
            _ = try await server.request(.patch, guild, ["name": "Renamed"], token: ada.token)
            _ = try await server.request(.post, "\(guild)/channels", ["name": "new", "type": 2], token: ada.token)
            let role = try await server.request(.post, "\(guild)/roles", ["name": "r"], token: ada.token)
            _ = try await server.request(.patch, "\(guild)/members/\(grace.id)", ["nick": "G"], token: ada.token)
            _ = try await server.request(.delete, "\(guild)/roles/\(role["id"]?.asString ?? "")", token: ada.token)
            var types: [String] = []
            while types.count < 5 {
                guard case .message(let message) = try await online.socket.next() else { throw TestFailure("closed") }
                types.append(message["t"]?.asString ?? "")
            }
            #expect(types == ["GUILD_UPDATE", "CHANNEL_CREATE", "GUILD_ROLE_CREATE", "GUILD_MEMBER_UPDATE", "GUILD_ROLE_DELETE"])
            outsider.socket.send(op: 1, .null)
            #expect(try await outsider.socket.next() == .message(["op": 11, "t": nil, "s": nil, "d": nil]), "a foreigner heard nothing")
        }
    }

    @Test func joiningAndLeavingIsToldToBothSides() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada)
            let adaOnline = try await server.signIn(ada)
            let graceOnline = try await server.signIn(grace)
            try await server.invite(grace, to: place, by: ada)
            #expect(try await graceOnline.socket.event("GUILD_CREATE")["id"] == .id(place.guild))
            #expect(try await adaOnline.socket.event("GUILD_MEMBER_ADD")["user"]?["id"] == .id(grace.id))
            _ = try await server.request(.put, "guilds/\(place.guild)/bans/\(grace.id)", [:], token: ada.token)
            #expect(try await adaOnline.socket.event("GUILD_BAN_ADD")["user"]?["id"] == .id(grace.id))
            #expect(try await adaOnline.socket.event("GUILD_MEMBER_REMOVE")["user"]?["id"] == .id(grace.id))
            #expect(try await graceOnline.socket.event("GUILD_DELETE") == ["id": .id(place.guild)])
            _ = try await server.request(.post, "guilds/\(place.guild)/channels", ["name": "secret", "type": 0], token: ada.token)
            _ = try await adaOnline.socket.event("CHANNEL_CREATE")
            graceOnline.socket.send(op: 1, .null)
            #expect(try await graceOnline.socket.next() == .message(["op": 11, "t": nil, "s": nil, "d": nil]), "the banned hear no more")
        }
    }

    /// Guard: the filter of `dispatch(seeing:)` and `refreshVisibility` (B20). A channel that is hidden from a member is not told of.
    @Test func hiddenChannelsStayHiddenAndComeIntoSight() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada, members: [grace])
            let adaOnline = try await server.signIn(ada)
            let graceOnline = try await server.signIn(grace)
            let hide: JSONValue = ["type": 0, "allow": "0", "deny": "1024"]
            _ = try await server.request(.put, "channels/\(place.voice)/permissions/\(place.guild)", hide, token: ada.token)
            let gone = try await graceOnline.socket.event("CHANNEL_DELETE")
            #expect(gone["id"] == .id(place.voice))
            #expect(gone["permission_overwrites"] == nil)
            _ = try await server.join(adaOnline, ada, place)
            _ = try await server.request(.patch, "channels/\(place.voice)", ["name": "secret"], token: ada.token)
            graceOnline.socket.send(op: 4, ["guild_id": .id(place.guild), "channel_id": .id(place.voice)])
            guard case .message(let next) = try await graceOnline.socket.next() else { throw TestFailure("closed") }
            #expect(next["t"] == "VOICE_JOIN_REFUSED", "neither the new name nor who joined was told")
            #expect(next["d"]?["code"] == "not-found")
            #expect(try await graceOnline.socket.event("VOICE_STATE_UPDATE")["channel_id"] == .null)
            _ = try await server.request(.delete, "channels/\(place.voice)/permissions/\(place.guild)", token: ada.token)
            #expect(try await graceOnline.socket.event("CHANNEL_CREATE")["name"] == "secret")
            #expect(try await graceOnline.socket.event("VOICE_STATE_UPDATE")["user_id"] == .id(ada.id))
        }
    }

    /// Guard: `sessionsRevoked` (B18). Without it the signed-out client goes on listening.
    @Test func signingOutEndsSocketsAndVoiceWithinASecond() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            let online = try await server.signIn(ada)
            let voice = try await server.join(online, ada, place)
            voice.socket.send(op: 1, try PageOffer().selectProtocol())
            _ = try await voice.socket.expect(op: 4)
            let peer = try server.media.opened.first.orFail("peer").id
            let start = ContinuousClock.now
            _ = try await server.request(.post, "auth/logout", ["refresh_token": .string(ada.refresh)], token: ada.token)
            #expect(try await online.socket.closeCode() == 4004)
            #expect(try await voice.socket.closeCode() == 4014)
            try await server.eventually("the media ends") { server.media.closed == [peer] }
            #expect(ContinuousClock.now - start < .seconds(1))
            let again = try await server.socket()
            again.send(op: 2, ["token": .string(ada.token)])
            #expect(try await again.closeCode() == 4004)
        }
    }

    @Test func membersAreFoundByIdAndByName() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada, members: [grace])
            let online = try await server.signIn(ada)
            online.socket.send(op: 3, ["status": "dnd", "activities": [], "since": .double(0), "afk": false])
            online.socket.send(
                op: 8, ["guild_id": .unsigned(place.guild.rawValue), "query": "", "limit": 0, "nonce": "n1", "presences": true])
            let all = try await online.socket.event("GUILD_MEMBERS_CHUNK")
            #expect(all["members"]?.asArray?.count == 2)
            #expect(all["nonce"] == "n1")
            #expect(all["chunk_index"] == 0)
            #expect(all["chunk_count"] == 1)
            online.socket.send(op: 8, ["guild_id": [.id(place.guild)], "query": "GRA", "limit": 5])
            #expect(try await online.socket.event("GUILD_MEMBERS_CHUNK")["members"]?.asArray?.first?["user"]?["username"] == "grace")
            online.socket.send(op: 8, ["guild_id": .id(place.guild), "user_ids": [.id(ada.id), "5"]])
            let byID = try await online.socket.event("GUILD_MEMBERS_CHUNK")
            #expect(byID["members"]?.asArray?.count == 1)
            #expect(byID["not_found"] == ["5"])
        }
    }

    @Test func botsHearWhatTheyAskedFor() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            let socket = try await server.socket()
            socket.send(op: 2, ["token": .string(ada.token), "intents": .int(1)])
            _ = try await socket.event("GUILD_CREATE")
            _ = try await server.request(.patch, "guilds/\(place.guild)/members/@me", ["nick": "A"], token: ada.token)
            _ = try await server.request(.patch, "guilds/\(place.guild)", ["name": "Other"], token: ada.token)
            guard case .message(let message) = try await socket.next() else { throw TestFailure("closed") }
            #expect(message["t"] == "GUILD_UPDATE", "members were not asked for")
        }
    }
}
