import Testing

@testable import Control

/// What a first user does with the page: sign up, make a guild, invite a friend, find the voice channel.
struct GuildFlowTests {
    @Test func aNewGuildComesWithItsChannelsAndTiers() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let created = try await server.post("guilds", ["name": "Engines"], token: ada.token)
            #expect(created.status == 201)
            #expect(created["owner_id"] == .string(ada.id))
            #expect(created.headers[.contentType] == "application/json")
            let guild = created.string("id")
            let channels = try await server.get("guilds/\(guild)/channels", token: ada.token).elements
            #expect(channels.map { $0["name"] } == ["general", "General"])
            #expect(channels.map { $0["type"] } == [0, 2])
            #expect(channels[1]["bitrate"] == 64_000)
            #expect(channels[1]["user_limit"] == 0)
            let tiers = try await server.get("guilds/\(guild)/stream-tiers", token: ada.token).elements
            #expect(tiers.map { $0["name"] } == ["High", "Medium", "Low"])
            #expect(tiers.map { $0["width"] } == [1920, 1280, 854])
            #expect(tiers.map { $0["height"] } == [1080, 720, 480])
            #expect(tiers.map { $0["framerate"] } == [30, 30, 24])
            #expect(tiers.map { $0["bitrate"] } == [2_500_000, 1_500_000, 800_000])
            #expect(tiers.allSatisfy { $0["publish_roles"] == [.string(guild)] && $0["watch_roles"] == [.string(guild)] })
            let voiceTiers = try await server.get("guilds/\(guild)/voice-tiers", token: ada.token).elements
            #expect(voiceTiers.map { $0["bitrate"] } == [64_000, 48_000, 32_000])
            #expect(server.sink.names == ["guildCreated"])
        }
    }

    @Test func aFriendJoinsByInviteAndLeaves() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            let text = try await server.channels(of: guild, ada).text
            let invite = try await server.post("channels/\(text)/invites", ["max_uses": 1, "max_age": 0], token: ada.token)
            #expect(invite.status == 200)
            let code = invite.string("code")
            let shown = try await server.get("invites/\(code)?with_counts=1")
            #expect(shown["guild"]?["id"] == .string(guild))
            #expect(shown["approximate_member_count"] == 1)
            #expect(shown["expires_at"] == .null)
            server.sink.clear()
            #expect(try await server.post("invites/\(code)", token: grace.token).status == 200)
            #expect(server.sink.names == ["memberAdded"])
            #expect(try await server.get("guilds/\(guild)/members?limit=10", token: grace.token).elements.count == 2)
            // Used up: one use was allowed.
            let late = try await server.register("late")
            #expect(try await server.post("invites/\(code)", token: late.token)["code"] == 10006)
            #expect(try await server.get("users/@me/guilds", token: grace.token).elements.count == 1)
            #expect(try await server.delete("users/@me/guilds/\(guild)", token: grace.token).status == 204)
            #expect(try await server.get("guilds/\(guild)", token: grace.token)["code"] == 50001)
            #expect(try await server.delete("users/@me/guilds/\(guild)", token: ada.token).status == 400, "an owner cannot leave")
        }
    }

    @Test func aBannedUserCannotComeBack() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let mallory = try await server.register("mallory")
            let guild = try await server.makeGuild(ada)
            try await server.invite(mallory, to: guild, by: ada)
            server.sink.clear()
            let ban = try await server.request(
                .put, "guilds/\(guild)/bans/\(mallory.id)?delete_message_seconds=0", token: ada.token,
                headers: [.xAuditLogReason: "rude%20words"])
            #expect(ban.status == 204)
            #expect(server.sink.names == ["banAdded", "memberRemoved"], "Discord's clients expect the ban first")
            #expect(try await server.get("guilds/\(guild)/bans/\(mallory.id)", token: ada.token)["reason"] == "rude words")
            let text = try await server.channels(of: guild, ada).text
            let code = try await server.post("channels/\(text)/invites", token: ada.token).string("code")
            #expect(try await server.post("invites/\(code)", token: mallory.token)["code"] == 40007)
            #expect(try await server.delete("guilds/\(guild)/bans/\(mallory.id)", token: ada.token).status == 204)
            #expect(try await server.post("invites/\(code)", token: mallory.token).status == 200)
        }
    }

    /// discord.py, nextcord and hikari send the same things in different JSON types (bot-contract §5).
    @Test func idsPermissionsAndBooleansComeInSeveralTypes() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let guild = try await server.makeGuild(ada)
            let text = try await server.channels(of: guild, ada).text
            let role = try await server.post(
                "guilds/\(guild)/roles", ["permissions": 2064, "hoist": 1, "colors": ["primary_color": 3_447_003], "unknown": [1, [2]]],
                token: ada.token)
            #expect(role["permissions"] == "2064")
            #expect(role["hoist"] == true)
            #expect(role["color"] == 3_447_003)
            #expect(role["colors"]?["primary_color"] == 3_447_003)
            let id = try #require(UInt64(role.string("id")))
            let put = try await server.put(
                "channels/\(text)/permissions/\(id)", ["id": .unsigned(id), "type": 0, "allow": "1024", "deny": 2048], token: ada.token)
            #expect(put.status == 204)
            let overwrites = try await server.get("channels/\(text)", token: ada.token)["permission_overwrites"]
            #expect(overwrites == [["id": .string(String(id)), "type": 0, "allow": "1024", "deny": "2048"]])
        }
    }

    @Test func wrongFieldsAreNamed() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let answer = try await server.post("guilds", ["name": "x"], token: ada.token)
            #expect(answer.status == 400)
            #expect(answer["code"] == 50035)
            #expect(answer["errors"]?["name"]?["_errors"] != nil)
            #expect(try await server.post("guilds", [], token: ada.token)["code"] == 50109)
            #expect(try await server.get("guilds/abc", token: ada.token)["code"] == 50035)
            #expect(try await server.get("guilds/1", token: ada.token)["code"] == 10004)
            let large = try await server.post("guilds", ["name": .string(String(repeating: "x", count: 300_000))], token: ada.token)
            #expect(large.status == 413)
            #expect(large["code"] == 40005)
        }
    }

    @Test func aWrongMethodIsToldWhichAreRight() async throws {
        try await TestServer.run { server in
            let answer = try await server.request(.put, "guilds/1")
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == "DELETE, GET, HEAD, PATCH")
            let unknown = try await server.get("nothing/here")
            #expect(unknown.status == 404)
            #expect(unknown["code"] == 0)
            #expect(unknown.headers[.contentType] == "application/json")
        }
    }
}
