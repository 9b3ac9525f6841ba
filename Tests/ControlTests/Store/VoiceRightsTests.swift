import Testing

@testable import Control

/// What Signaling is told about a user in a voice channel.
struct VoiceRightsTests {
    private func rights(_ server: TestServer, _ account: TestServer.Account, _ channel: String) async throws -> VoiceRights {
        try await server.services.store.voiceRights(user: #require(Snowflake(account.id)), channel: #require(Snowflake(channel)))
    }

    @Test func aMemberMaySpeakStreamAndWatchEverythingAtFirst() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            let voice = try await server.channels(of: guild, ada).voice
            let stranger = try await rights(server, grace, voice)
            #expect(stranger == .none(in: try #require(Snowflake(guild))))
            try await server.invite(grace, to: guild, by: ada)
            let member = try await rights(server, grace, voice)
            #expect(member.connect && member.speak && member.stream && member.useVoiceActivity)
            #expect(!member.muteMembers && !member.moveMembers && !member.deafenMembers)
            #expect(member.publishTier?.name == "High")
            #expect(member.watchTiers.map(\.name) == ["High", "Medium", "Low"])
            #expect(member.audioBitrate == 64_000)
            let owner = try await rights(server, ada, voice)
            #expect(owner.muteMembers && owner.moveMembers)
        }
    }

    @Test func tiersFollowRoles() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            let voice = try await server.channels(of: guild, ada).voice
            try await server.invite(grace, to: guild, by: ada)
            let role = try await server.makeRole(guild, [], by: ada)
            let tiers = try await server.get("guilds/\(guild)/stream-tiers", token: ada.token).elements
            guard case .string(let high)? = tiers[0]["id"], case .string(let medium)? = tiers[1]["id"] else { throw TestFailure("tiers") }
            server.sink.clear()
            let changed = try await server.patch(
                "guilds/\(guild)/stream-tiers/\(high)", ["publish_roles": [.string(role)], "watch_roles": []], token: ada.token)
            #expect(changed["publish_roles"] == [.string(role)])
            #expect(server.sink.names == ["streamTierUpdated"])
            #expect(try await rights(server, grace, voice).publishTier?.name == "Medium")
            #expect(try await rights(server, grace, voice).watchTiers.map(\.name) == ["Medium", "Low"])
            #expect(try await rights(server, ada, voice).watchTiers.count == 3, "an empty list leaves owner and administrators")
            try await server.give(role, to: grace, in: guild, by: ada)
            #expect(try await rights(server, grace, voice).publishTier?.name == "High")
            // A deleted role leaves the lists, and the tier is told.
            server.sink.clear()
            #expect(try await server.delete("guilds/\(guild)/roles/\(role)", token: ada.token).status == 204)
            #expect(server.sink.names == ["roleDeleted", "memberUpdated", "streamTierUpdated"])
            #expect(try await rights(server, grace, voice).publishTier?.name == "Medium")
            for tier in [medium] {
                _ = try await server.patch("guilds/\(guild)/stream-tiers/\(tier)", ["publish_roles": []], token: ada.token)
            }
            #expect(try await rights(server, grace, voice).publishTier?.name == "Low")
        }
    }

    @Test func voiceTierAndModerationReachTheChannel() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            let voice = try await server.channels(of: guild, ada).voice
            try await server.invite(grace, to: guild, by: ada)
            // A channel's rate is a tier's: the best that is not above what was asked for.
            #expect(try await server.patch("channels/\(voice)", ["bitrate": 50_000], token: ada.token)["bitrate"] == 48_000)
            #expect(try await rights(server, grace, voice).audioBitrate == 48_000)
            let tiers = try await server.get("guilds/\(guild)/voice-tiers", token: ada.token).elements
            guard case .string(let standard)? = tiers[1]["id"] else { throw TestFailure("tiers") }
            server.sink.clear()
            _ = try await server.patch("guilds/\(guild)/voice-tiers/\(standard)", ["bitrate": 40_000], token: ada.token)
            #expect(server.sink.names == ["voiceTierUpdated", "channelUpdated"])
            #expect(try await rights(server, grace, voice).audioBitrate == 40_000)
            server.sink.clear()
            #expect(try await server.patch("guilds/\(guild)/members/\(grace.id)", ["mute": true], token: ada.token)["mute"] == true)
            #expect(server.sink.names == ["memberUpdated"])
            #expect(try await rights(server, grace, voice).isServerMuted)
            // Taking CONNECT away reaches rights and comes as an event.
            server.sink.clear()
            let put = try await server.put(
                "channels/\(voice)/permissions/\(guild)", ["type": 0, "deny": .permissions([.connect])], token: ada.token)
            #expect(put.status == 204)
            #expect(server.sink.names == ["channelUpdated"])
            let after = try await rights(server, grace, voice)
            #expect(after.view && !after.connect && !after.speak && !after.stream)
            #expect(after.publishTier == nil)
        }
    }

    @Test func textChannelsHaveNoVoiceRights() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let guild = try await server.makeGuild(ada)
            let text = try await server.channels(of: guild, ada).text
            await #expect(throws: APIError.wrongChannelKind) { _ = try await rights(server, ada, text) }
            await #expect(throws: APIError.unknownChannel) { _ = try await rights(server, ada, "1") }
        }
    }
}
