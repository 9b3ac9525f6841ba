import Testing

@testable import Control

/// Who may manage a channel's roles changes by overwrites only what they hold themselves, whichever route they take: neither handing out
/// nor taking away. Whoever was denied something could otherwise remove what denies it.
///
/// Guards, each seen red by hand: `OverwriteForm.validate` (handing out), `OverwriteForm.requireMayReplace` in PUT and in PATCH, and the
/// check of what an overwrite holds in DELETE.
struct OverwriteEscalationTests {
    /// A channel where an overwrite of ada's denies everyone SPEAK, and grace, who manages channels and roles, is everyone.
    private static func run(
        _ body:
            @escaping @Sendable (_ server: TestServer, _ path: String, _ everyone: String, _ grace: TestServer.Account) async throws -> Void
    ) async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            let voice = try await server.channels(of: guild, ada).voice
            try await server.invite(grace, to: guild, by: ada)
            let role = try await server.makeRole(guild, [.manageChannels, .manageRoles], position: 5, by: ada)
            try await server.give(role, to: grace, in: guild, by: ada)
            let denial: JSONValue = ["type": 0, "deny": .permissions([.speak, .stream])]
            #expect(try await server.put("channels/\(voice)/permissions/\(guild)", denial, token: ada.token).status == 204)
            try await body(server, "channels/\(voice)", guild, grace)
            // Whatever was tried, the denial stands.
            let overwrites = try await server.get("channels/\(voice)", token: ada.token)["permission_overwrites"]
            #expect(
                overwrites?.text.contains(#""deny":"\#(Permissions([.speak, .stream]).rawValue)""#) == true, "\(overwrites?.text ?? "")")
        }
    }

    @Test func nobodyGrantsWhatTheyAreDenied() async throws {
        try await Self.run { server, path, everyone, grace async throws in
            let grant: JSONValue = ["type": 0, "allow": .permissions(.speak)]
            #expect(try await server.put("\(path)/permissions/\(everyone)", grant, token: grace.token).status == 403)
        }
    }

    @Test func nobodyPutsAnEmptyOverwriteInTheDenialsPlace() async throws {
        try await Self.run { server, path, everyone, grace async throws in
            #expect(try await server.put("\(path)/permissions/\(everyone)", ["type": 0], token: grace.token).status == 403)
            let other: JSONValue = ["type": 0, "deny": .permissions(.connect)]
            #expect(try await server.put("\(path)/permissions/\(everyone)", other, token: grace.token).status == 403)
        }
    }

    @Test func nobodyDeletesTheDenial() async throws {
        try await Self.run { server, path, everyone, grace async throws in
            #expect(try await server.delete("\(path)/permissions/\(everyone)", token: grace.token).status == 403)
        }
    }

    @Test func nobodyPatchesTheDenialAway() async throws {
        try await Self.run { server, path, everyone, grace async throws in
            for list: JSONValue in [[], [["id": .string(everyone), "type": 0, "deny": .permissions(.connect)]]] {
                #expect(try await server.patch(path, ["permission_overwrites": list], token: grace.token).status == 403)
            }
        }
    }

    /// The control: what grace holds she may give and take by each of the routes.
    @Test func whatOneHoldsOneMayChange() async throws {
        try await Self.run { server, path, _, grace async throws in
            let own: JSONValue = ["type": 1, "deny": .permissions(.connect), "allow": .permissions(.viewChannel)]
            let changed: JSONValue = ["type": 1, "allow": .permissions(.viewChannel)]
            let target = "\(path)/permissions/\(grace.id)"
            #expect(try await server.put(target, changed, token: grace.token).status == 204)
            #expect(try await server.delete(target, token: grace.token).status == 204)
            #expect(try await server.put(target, own, token: grace.token).status == 204)
        }
    }
}
