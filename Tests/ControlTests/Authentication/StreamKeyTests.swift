import Testing

@testable import Control

struct StreamKeyTests {
    @Test func theSecretIsShownOnceAndOpensOneChannel() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let guild = try await server.makeGuild(ada)
            let voice = try await server.channels(of: guild, ada).voice
            let made = try await server.post("channels/\(voice)/stream-keys", ["name": "OBS"], token: ada.token)
            let secret = made.string("key")
            #expect(secret.hasPrefix("psk_") && secret.count == 47)
            let listed = try await server.get("channels/\(voice)/stream-keys", token: ada.token)
            #expect(listed.elements.count == 1)
            #expect(!listed.text.contains(secret))
            let opened = try await server.services.authenticator.authenticate(streamKey: secret)
            #expect(opened?.channelID.description == voice)
            #expect(opened?.userID.description == ada.id)
            #expect(
                try await server.services.authenticator.authenticate(streamKey: secret.dropLast() + "A") == nil || secret.hasSuffix("A"))
            #expect(try await server.get("users/@me", token: secret).status == 401, "a stream key is no access token")
            server.sink.clear()
            #expect(try await server.delete("channels/\(voice)/stream-keys/\(made.string("id"))", token: ada.token).status == 204)
            #expect(server.sink.names == ["streamKeyRevoked"])
            #expect(try await server.services.authenticator.authenticate(streamKey: secret) == nil)
        }
    }

    /// Guard: the filter in `StreamKeyRoutes.list`. Names of keys are their makers' business, and the channel's managers'.
    @Test func whoDoesNotManageTheChannelSeesTheirOwn() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            let voice = try await server.channels(of: guild, ada).voice
            try await server.invite(grace, to: guild, by: ada)
            for (account, name) in [(ada, "studio"), (grace, "laptop")] {
                #expect(try await server.post("channels/\(voice)/stream-keys", ["name": .string(name)], token: account.token).status == 201)
            }
            let graces = try await server.get("channels/\(voice)/stream-keys", token: grace.token)
            #expect(graces.elements.map { $0["name"] } == ["laptop"])
            #expect(try await server.get("channels/\(voice)/stream-keys", token: ada.token).elements.count == 2)
        }
    }

    /// Keys go with the member who made them.
    @Test func aKickEndsTheKeys() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            let voice = try await server.channels(of: guild, ada).voice
            try await server.invite(grace, to: guild, by: ada)
            let secret = try await server.post("channels/\(voice)/stream-keys", [:], token: grace.token).string("key")
            #expect(try await server.services.authenticator.authenticate(streamKey: secret) != nil)
            server.sink.clear()
            #expect(try await server.delete("guilds/\(guild)/members/\(grace.id)", token: ada.token).status == 204)
            #expect(server.sink.names == ["streamKeyRevoked", "memberRemoved"])
            #expect(try await server.services.authenticator.authenticate(streamKey: secret) == nil)
        }
    }
}
