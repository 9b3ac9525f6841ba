import Control
import GRDB
import SFU
import Testing

@testable import Signaling

/// Moderation, rights and devices in live voice: from REST to what the media server is told, within a second.
struct VoiceLiveTests {
    private struct Call: Sendable {
        let ada: LiveServer.Account
        let grace: LiveServer.Account
        let place: LiveServer.Place
        let adaOnline: LiveServer.Online
        let graceOnline: LiveServer.Online
        let graceVoice: LiveServer.Online
        let peer: PeerID
    }

    /// Ada owns the guild; grace is in its voice channel with media.
    private func call(_ server: LiveServer) async throws -> Call {
        let ada = try await server.register("ada")
        let grace = try await server.register("grace")
        let place = try await server.makeGuild(ada, members: [grace])
        let adaOnline = try await server.signIn(ada)
        let graceOnline = try await server.signIn(grace)
        let voice = try await server.join(graceOnline, grace, place)
        voice.socket.send(op: 1, try PageOffer().selectProtocol())
        _ = try await voice.socket.expect(op: 4)
        return Call(
            ada: ada, grace: grace, place: place, adaOnline: adaOnline, graceOnline: graceOnline, graceVoice: voice,
            peer: try server.media.opened.first.orFail("peer").id)
    }

    private func withinASecond(_ server: LiveServer, _ what: String, _ condition: @Sendable () async throws -> Bool) async throws {
        try await server.eventually(what, within: .seconds(1), condition)
    }

    /// Guard: `refreshVoice` in `guildChanged`. Without it a change of rights waits for the next join.
    @Test func everyKindOfChangeReachesMediaWithinASecond() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            let (guild, ada) = (call.place.guild, call.ada.token)
            let rights = { @Sendable in server.media.rights(of: call.peer) }
            _ = try await server.request(.patch, "guilds/\(guild)/members/\(call.grace.id)", ["mute": true], token: ada)
            try await withinASecond(server, "muted") { rights()?.speak == false }
            #expect(try await call.adaOnline.socket.event("VOICE_STATE_UPDATE") { $0["mute"] == true }["user_id"] == .id(call.grace.id))
            _ = try await server.request(.patch, "guilds/\(guild)/members/\(call.grace.id)", ["mute": false, "deaf": true], token: ada)
            try await withinASecond(server, "deafened") { rights().map { $0.speak && !$0.listen } ?? false }
            _ = try await server.request(.patch, "guilds/\(guild)/members/\(call.grace.id)", ["deaf": false], token: ada)
            try await withinASecond(server, "heard again") { rights()?.listen == true }
            // An overwrite: no STREAM (1 << 9) for everyone in this channel.
            let overwrite: JSONValue = ["type": 0, "allow": "0", "deny": "512"]
            _ = try await server.request(.put, "channels/\(call.place.voice)/permissions/\(guild)", overwrite, token: ada)
            try await withinASecond(server, "no video") { rights()?.stream == false }
            _ = try await server.request(.delete, "channels/\(call.place.voice)/permissions/\(guild)", token: ada)
            try await withinASecond(server, "video") { rights()?.stream == true }
            // The role: without SPEAK (1 << 21).
            let everyone = Permissions.defaultEveryone.subtracting(.speak)
            _ = try await server.request(.patch, "guilds/\(guild)/roles/\(guild)", ["permissions": .permissions(everyone)], token: ada)
            try await withinASecond(server, "no speech") { rights()?.speak == false }
            // A tier: its bitrate, then who may publish at it.
            let tiers = try await server.request(.get, "guilds/\(guild)/stream-tiers", token: ada).asArray ?? []
            let high = try (tiers.first { $0["name"] == "High" }?["id"]?.asString).orFail("tier")
            _ = try await server.request(.patch, "guilds/\(guild)/stream-tiers/\(high)", ["bitrate": 2_000_000], token: ada)
            try await withinASecond(server, "a lower ceiling") { rights()?.publishCeiling.bitrate == 2_000_000 }
            _ = try await server.request(.patch, "guilds/\(guild)/stream-tiers/\(high)", ["publish_roles": []], token: ada)
            try await withinASecond(server, "the next tier") { rights()?.publishCeiling.height == 720 }
            #expect(rights()?.watchCeiling.height == 1080)
        }
    }

    @Test func losingTheRightToConnectEndsTheStay() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            let overwrite: JSONValue = ["type": 0, "allow": "0", "deny": .permissions(.connect)]
            _ = try await server.request(
                .put, "channels/\(call.place.voice)/permissions/\(call.place.guild)", overwrite, token: call.ada.token)
            #expect(try await call.graceVoice.socket.expect(op: 107)["code"] == "permission")
            #expect(try await call.graceVoice.socket.closeCode() == 4014)
            try await server.eventually("the media ends") { server.media.closed == [call.peer] }
            #expect(
                try await call.adaOnline.socket.event("VOICE_STATE_UPDATE") { $0["channel_id"] == .null }["user_id"] == .id(call.grace.id))
            call.graceOnline.socket.send(op: 4, ["guild_id": .id(call.place.guild), "channel_id": .id(call.place.voice)])
            #expect(try await call.graceOnline.socket.event("VOICE_JOIN_REFUSED")["code"] == "permission")
        }
    }

    @Test(arguments: ["kick", "ban", "channel", "guild", "disconnect"]) func itEndsForEveryReason(how: String) async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            let guild = "guilds/\(call.place.guild)"
            let start = ContinuousClock.now
            switch how {
            case "kick": _ = try await server.request(.delete, "\(guild)/members/\(call.grace.id)", token: call.ada.token)
            case "ban": _ = try await server.request(.put, "\(guild)/bans/\(call.grace.id)", [:], token: call.ada.token)
            case "channel": _ = try await server.request(.delete, "channels/\(call.place.voice)", token: call.ada.token)
            case "guild": _ = try await server.request(.delete, guild, token: call.ada.token)
            default: _ = try await server.request(.patch, "\(guild)/members/\(call.grace.id)", ["channel_id": nil], token: call.ada.token)
            }
            let notice = try await call.graceVoice.socket.expect(op: 107)
            let codes = ["kick": "permission", "ban": "permission", "disconnect": "disconnected"]
            #expect(notice["code"]?.asString == codes[how] ?? "channel-deleted")
            #expect(try await call.graceVoice.socket.closeCode() == 4014)
            try await server.eventually("the media ends") { server.media.closed == [call.peer] }
            #expect(ContinuousClock.now - start < .seconds(1))
            try await server.eventually("nobody is in voice") { await server.plane.gateway.voiceStates.isEmpty }
        }
    }

    @Test func aModeratorMovesSomebody() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            let other = try await server.request(
                .post, "guilds/\(call.place.guild)/channels", ["name": "other", "type": 2], token: call.ada.token)
            let id = try (other["id"]?.asSnowflake).orFail("channel")
            _ = try await server.request(
                .patch, "guilds/\(call.place.guild)/members/\(call.grace.id)", ["channel_id": .id(id)], token: call.ada.token)
            let notice = try await call.graceVoice.socket.expect(op: 107)
            #expect(notice["code"] == "moved")
            #expect(notice["channel_id"] == .id(id))
            #expect(try await call.graceVoice.socket.closeCode() == 4014)
            _ = try await call.graceOnline.socket.event("VOICE_STATE_UPDATE") { $0["channel_id"] == .id(id) }
            let server2 = try await call.graceOnline.socket.event("VOICE_SERVER_UPDATE")
            let place = LiveServer.Place(guild: call.place.guild, text: call.place.text, voice: id)
            let voice = try await server.socket("/voice")
            voice.send(op: 0, server.identify(place, call.grace, call.graceOnline.sessionID, server2["token"]?.asString ?? ""))
            _ = try await voice.expect(op: 2)
        }
    }

    /// Guard: `authorizeMove` asking for the member's own CONNECT. Without it the answer was 200 and nothing happened.
    @Test func aMemberWhoMayNotConnectThereIsNotMovedAndTheModeratorIsTold() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            let other = try await server.request(
                .post, "guilds/\(call.place.guild)/channels", ["name": "closed", "type": 2], token: call.ada.token)
            let id = try (other["id"]?.asSnowflake).orFail("channel")
            _ = try await server.request(
                .put, "channels/\(id)/permissions/\(call.place.guild)", ["type": 0, "allow": "0", "deny": "1048576"], token: call.ada.token)
            let http = HTTPMediaClient(server: server)
            let answer = try await http.send(
                .patch, "/api/v10/guilds/\(call.place.guild)/members/\(call.grace.id)", "{\"channel_id\":\"\(id)\"}", token: call.ada.token)
            #expect(answer.status == 403)
            #expect(try JSONValue(parsing: answer.body.utf8)["code"] == 50013)
            #expect(await server.plane.gateway.voiceStates[call.grace.id]?.channel == call.place.voice, "she stays where she is")
            #expect(server.media.closed.isEmpty)
        }
    }

    /// Leaving by oneself is no "disconnected", which is a moderator's doing. Guard: the farewell of op 4 in `updateVoiceState`.
    @Test func whoLeavesIsToldNothing() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            call.graceOnline.socket.send(op: 4, ["guild_id": .id(call.place.guild), "channel_id": nil])
            var notices = 0
            let code = try await call.graceVoice.socket.closeCode { if $0["op"] == 107 { notices += 1 } }
            #expect(code == 4014)
            #expect(notices == 0)
        }
    }

    @Test func theSecondDeviceTakesOverAndTheFirstIsTold() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            let phone = try await server.signIn(call.grace)
            let voice = try await server.join(phone, call.grace, call.place)
            #expect(try await call.graceVoice.socket.expect(op: 107)["code"] == "moved")
            #expect(try await call.graceVoice.socket.closeCode() == 4014)
            try await server.eventually("the media ends") { server.media.closed == [call.peer] }
            voice.socket.send(op: 106, [:])
            _ = try await voice.socket.expect(op: 106)
            // The first device's op 4 does not take the second out of the channel.
            call.graceOnline.socket.send(op: 4, ["guild_id": .id(call.place.guild), "channel_id": nil])
            call.graceOnline.socket.send(op: 1, .null)
            _ = try await call.graceOnline.socket.expect(op: 11)
            #expect(await server.plane.gateway.voiceStates[call.grace.id]?.sessionID == phone.sessionID)
        }
    }

    /// Guard: the user limit in `join`.
    @Test func aFullChannelIsFull() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            let late = try await server.register("late")
            try await server.invite(late, to: call.place, by: call.ada)
            _ = try await server.request(.patch, "channels/\(call.place.voice)", ["user_limit": 1], token: call.ada.token)
            let online = try await server.signIn(late)
            online.socket.send(op: 4, ["guild_id": .id(call.place.guild), "channel_id": .id(call.place.voice)])
            #expect(try await online.socket.event("VOICE_JOIN_REFUSED")["code"] == "full")
            _ = try await server.enter(call.adaOnline, call.ada, call.place)  // who may move members is let in
        }
    }

    @Test func muteAndDeafenByOneselfReachMediaAndTheOthers() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            call.graceOnline.socket.send(
                op: 4, ["guild_id": .id(call.place.guild), "channel_id": .id(call.place.voice), "self_mute": true, "self_deaf": false])
            try await withinASecond(server, "muted") { server.media.rights(of: call.peer)?.speak == false }
            #expect(
                try await call.adaOnline.socket.event("VOICE_STATE_UPDATE") { $0["self_mute"] == true }["user_id"] == .id(call.grace.id))
            call.graceOnline.socket.send(
                op: 4, ["guild_id": .id(call.place.guild), "channel_id": .id(call.place.voice), "self_mute": true, "self_deaf": true])
            try await withinASecond(server, "deafened") { server.media.rights(of: call.peer)?.listen == false }
        }
    }

    @Test func staysAreRecorded() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            call.graceVoice.socket.close(1000)
            try await server.eventually("the stay is closed") {
                try await server.services.store.read { db in
                    try String.fetchOne(db, sql: "SELECT end_reason FROM voice_sessions WHERE ended_at IS NOT NULL") == "left"
                }
            }
        }
    }

    /// The gateway's rights and Control's are the same function of the same values.
    @Test func theGatewayAndControlAgreeOnRights() async throws {
        try await LiveServer.run { server in
            let call = try await call(server)
            for user in [call.ada.id, call.grace.id, Snowflake(5)] {
                let theirs = try await server.services.store.voiceRights(user: user, channel: call.place.voice)
                let ours = await server.plane.gateway.guilds[call.place.guild]?.voiceRights(of: user, in: call.place.voice)
                #expect(ours == theirs)
            }
        }
    }

    @Test func rightsAreWatchedForMediaOutsideTheGateway() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada, members: [grace])
            let (stream, feed) = AsyncStream.makeStream(of: VoiceRights.self)
            let watch = await server.plane.gateway.watchRights(of: grace.id, in: place.voice, guild: place.guild) { feed.yield($0) }
            var seen = stream.makeAsyncIterator()
            #expect(await seen.next()?.connect == true)
            _ = try await server.request(.patch, "guilds/\(place.guild)/members/\(grace.id)", ["mute": true], token: ada.token)
            #expect(await seen.next()?.isServerMuted == true)
            _ = try await server.request(.delete, "guilds/\(place.guild)/members/\(grace.id)", token: ada.token)
            #expect(await seen.next() == VoiceRights.none(in: place.guild))
            await server.plane.gateway.stopWatching(watch)
            #expect(await server.plane.gateway.guilds.isEmpty, "nobody needs the guild any more")
        }
    }
}
