import Testing

@testable import Control

/// B18, table F row 18, as far as Control goes: whatever ends a session or a right is told to the gateway before the request is answered,
/// and every token of it is refused from then on.
struct RevocationTests {
    private func sessions(_ server: TestServer) -> [[Snowflake]?] {
        server.sink.all.compactMap { entry in if case .sessionsRevoked(_, let sessions) = entry.event { .some(sessions) } else { nil } }
    }

    @Test func everyWayOutIsToldBeforeItIsAnswered() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let one = try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)])
            let two = try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)])
            // By access token.
            _ = try await server.post("auth/logout", token: one.string("access_token"))
            #expect(sessions(server).count == 1)
            #expect(sessions(server)[0]?.count == 1, "one session, not all")
            // By refresh token, as a page with an expired access token does.
            let byRefresh = try await server.post("auth/logout", ["refresh_token": .string(two.string("refresh_token"))])
            #expect(byRefresh.status == 204)
            #expect(sessions(server).count == 2)
            #expect(try await server.get("users/@me", token: two.string("access_token")).status == 401)
            #expect(try await server.post("auth/logout", ["refresh_token": "prt_unknown"]).status == 401)
            #expect(try await server.post("auth/logout").status == 401)
            // Logging out ends what is named and nothing else.
            #expect(try await server.get("users/@me", token: ada.token).status == 200)
            // A changed password ends everything.
            _ = try await server.patch(
                "users/@me", ["password": .string(TestServer.password), "new_password": "battery staple"], token: ada.token)
            #expect(sessions(server).last == .some(nil), "all of the user's")
        }
    }

    @Test func kickBanRoleAndOverwriteAreToldWithWhomTheyTouch() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            try await server.invite(grace, to: guild, by: ada)
            let role = try await server.makeRole(guild, [.muteMembers], by: ada)
            server.sink.clear()
            try await server.give(role, to: grace, in: guild, by: ada)
            _ = try await server.patch("guilds/\(guild)/roles/\(role)", ["permissions": "0"], token: ada.token)
            _ = try await server.delete("guilds/\(guild)/members/\(grace.id)/roles/\(role)", token: ada.token)
            _ = try await server.patch("guilds/\(guild)/members/\(grace.id)", ["roles": [.string(role)]], token: ada.token)
            _ = try await server.delete("guilds/\(guild)/roles/\(role)", token: ada.token)
            _ = try await server.delete("guilds/\(guild)/members/\(grace.id)", token: ada.token)
            #expect(
                server.sink.names == [
                    "memberUpdated", "roleUpdated", "memberUpdated", "memberUpdated", "roleDeleted", "memberUpdated", "memberRemoved",
                ])
            server.sink.clear()
            _ = try await server.delete("guilds/\(guild)", token: ada.token)
            guard case .guildDeleted(_, let members)? = server.sink.all.first?.event else { throw TestFailure("no guildDeleted") }
            #expect(members.map(\.description) == [ada.id])
        }
    }

    /// A write that is refused tells nothing.
    @Test func refusalsAreSilent() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            try await server.invite(grace, to: guild, by: ada)
            server.sink.clear()
            _ = try await server.delete("guilds/\(guild)", token: grace.token)
            _ = try await server.patch("guilds/\(guild)", ["name": "Mine"], token: grace.token)
            _ = try await server.post("guilds/\(guild)/channels", ["name": "mine"], token: grace.token)
            _ = try await server.delete("guilds/\(guild)/members/\(ada.id)", token: grace.token)
            #expect(server.sink.names == [])
        }
    }
}
