import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import Control

/// B19, table F row 19: every route × every kind of caller × own and foreign ids, held against one table.
///
/// Guards broken once by hand to see red: the guild in `RoleTable.find`, the membership check in `GuildAccess.require`, the hierarchy in `kick`,
/// VIEW_CHANNEL in `GuildAccess.require(channel:)`, the guild in `StreamTierTable.find`.
struct PermissionOracleTests {
    /// Where the targets are in voice.
    private final class StubVoice: VoiceActions {
        let channels = Mutex<[Snowflake: Snowflake]>([:])
        func connectedChannel(of user: Snowflake, in guild: Snowflake) async -> Snowflake? { channels.withLock { $0[user] } }
        func move(_ user: Snowflake, in guild: Snowflake, to channel: Snowflake) async -> VoiceMove { .moved }
        func disconnect(_ user: Snowflake, in guild: Snowflake) async {}
    }

    private static let actors = [
        "nobody", "stranger", "member", "denied by role", "denied by overwrite", "moderator", "owner", "banned", "other owner",
    ]

    /// Two guilds with everything in them, as a database file to copy, and who and what is there.
    private struct World: Sendable {
        let directory: TemporaryDirectory
        let clock: TestClock
        let voice: StubVoice
        /// By column of the table.
        var tokens: [String?] = []
        var here: [String: String] = [:]
        var there: [String: String] = [:]
    }

    private struct Case: Sendable {
        let row: PermissionOracleTable.Row
        let scope: String
        let actor: Int
        let expected: Int
    }

    @Test func everyRouteHasARow() async throws {
        let routes = try await ControlRoutes.all()
        let rows = Set(PermissionOracleTable.rows.map(\.route))
        #expect(routes.symmetricDifference(rows) == [], "a route without a row, or a row without a route")
        #expect(PermissionOracleTable.rows.allSatisfy { $0.own.count == 9 && ($0.foreign?.count ?? 9) == 9 && ($0.mixed?.count ?? 9) == 9 })
    }

    @Test func everyAnswerIsTheTables() async throws {
        let world = try await Self.build()
        var cases: [Case] = []
        for row in PermissionOracleTable.rows {
            for (scope, column) in [("own", row.own), ("foreign", row.foreign), ("mixed", row.mixed)] {
                guard let column else { continue }
                cases += column.enumerated().map { Case(row: row, scope: scope, actor: $0, expected: $1) }
            }
            // Ids that nobody has: unknown to everyone, and nobody learns even that without a token, unless the route is open to all.
            if row.route.contains("{") {
                let isOpen = row.own[0] != 401
                cases += Self.actors.indices.map { Case(row: row, scope: "unknown", actor: $0, expected: $0 == 0 && !isOpen ? 401 : 404) }
            }
        }
        var mismatches: [String] = []
        var next = 0
        // Refusals change nothing, so cases share a server until one succeeds in changing something; then a fresh copy of the world follows.
        while next < cases.count {
            let (pending, start) = (cases, next)
            let (stop, found) = try await Self.run(pending, from: start, in: world)
            next = stop
            mismatches += found
        }
        #expect(mismatches == [])
        print("figure: permission oracle \(cases.count) cases")
    }

    private static func run(_ cases: [Case], from start: Int, in world: World) async throws -> (next: Int, mismatches: [String]) {
        let copy = try TemporaryDirectory()
        for name in try FileManager.default.contentsOfDirectory(atPath: world.directory.path) {
            try FileManager.default.copyItem(atPath: world.directory.path + "/" + name, toPath: copy.path + "/" + name)
        }
        return try await TestServer.run(in: copy.path, voice: world.voice, clock: world.clock) { server in
            var mismatches: [String] = []
            for index in start..<cases.count {
                let item = cases[index]
                let (method, path, body) = try request(item, world)
                let answer = try await server.request(method, path, body, token: world.tokens[item.actor])
                if answer.status != item.expected {
                    mismatches.append(
                        "\(item.row.route) \(item.row.body ?? "") [\(item.scope), \(actors[item.actor])]: expected \(item.expected), got \(answer.status) \(answer.text)"
                    )
                }
                if method != .get && (200..<300).contains(answer.status) { return (index + 1, mismatches) }
            }
            return (cases.count, mismatches)
        }
    }

    private static let usual = [
        "guild_id": "guild", "channel_id": "text", "role_id": "role", "user_id": "target", "code": "code", "key_id": "key",
    ]

    private static func request(_ item: Case, _ world: World) throws -> (HTTPRequest.Method, String, JSONValue?) {
        let outer = item.scope == "foreign" ? world.there : world.here
        let inner = item.scope == "own" ? world.here : world.there
        func object(_ name: String) -> String {
            if item.scope == "unknown" { return "1" }
            let isOuter = ["guild", "text", "voice"].contains(name)
            return (isOuter ? outer : inner)[name] ?? "0"
        }
        let parts = item.row.route.split(separator: " ", maxSplits: 1).map(String.init)
        let path = parts[1].replacing(/\{(\w+)\}/) { match in
            let parameter = String(match.output.1)
            return object(item.row.using[parameter] ?? usual[parameter] ?? "")
        }
        let body = item.row.body?.replacing(/\$(\w+)/) { match in object(String(match.output.1)) }
        guard let method = HTTPRequest.Method(parts[0]) else { throw TestFailure(item.row.route) }
        return (method, path, try body.map { try JSONValue(parsing: $0.utf8) })
    }

    // MARK: The world

    private static func build() async throws -> World {
        let directory = try TemporaryDirectory()
        let clock = TestClock()
        let voice = StubVoice()
        return try await TestServer.run(in: directory.path, voice: voice, clock: clock) { server in
            var world = World(directory: directory, clock: clock, voice: voice)
            var people: [String: TestServer.Account] = [:]
            for name in [
                "stranger", "member", "roledenied", "overdenied", "moderator", "owner", "banned", "otherowner", "target", "target2",
                "banned2",
            ] {
                people[name] = try await server.register(name)
            }
            func person(_ name: String) throws -> TestServer.Account { try #require(people[name]) }
            world.here = try await furnish(server, owner: person("owner"), target: person("target"), banned: person("banned"), voice)
            world.there = try await furnish(
                server, owner: person("otherowner"), target: person("target2"), banned: person("banned2"), voice)
            try await populate(server, &world, people)
            world.here["refresh"] = try person("target").refresh
            for (name, id) in world.there { world.here["elsewhere_\(name)"] = id }
            for (name, id) in world.here where !name.hasPrefix("elsewhere_") { world.there["elsewhere_\(name)"] = id }
            world.tokens =
                [nil]
                + (try ["stranger", "member", "roledenied", "overdenied", "moderator", "owner", "banned", "otherowner"].map {
                    try person($0).token
                })
            return world
        }
    }

    /// A guild with one of everything.
    private static func furnish(
        _ server: TestServer, owner: TestServer.Account, target: TestServer.Account, banned: TestServer.Account, _ voice: StubVoice
    ) async throws -> [String: String] {
        let guild = try await server.makeGuild(owner)
        let channels = try await server.channels(of: guild, owner)
        try await server.invite(target, to: guild, by: owner)
        try await server.invite(banned, to: guild, by: owner)
        _ = try await server.put("guilds/\(guild)/bans/\(banned.id)", token: owner.token)
        var objects = [
            "guild": guild, "text": channels.text, "voice": channels.voice, "owner": owner.id, "target": target.id, "banned": banned.id,
        ]
        objects["category"] = try await server.post("guilds/\(guild)/channels", ["name": "shelf", "type": 4], token: owner.token).string(
            "id")
        objects["role"] = try await server.makeRole(guild, [.viewChannel], position: 1, by: owner)
        objects["high_role"] = try await server.makeRole(guild, [.viewChannel], position: 20, by: owner)
        objects["denied_role"] = try await server.makeRole(guild, [.viewChannel], position: 1, by: owner)
        for channel in [channels.text, channels.voice] {
            let answer = try await server.put(
                "channels/\(channel)/permissions/\(objects["denied_role"] ?? "")", ["type": 0, "deny": .permissions(.viewChannel)],
                token: owner.token)
            #expect(answer.status == 204)
        }
        objects["code"] = try await server.post("channels/\(channels.text)/invites", ["max_age": 0], token: owner.token).string("code")
        objects["stream_tier"] = id(try await server.get("guilds/\(guild)/stream-tiers", token: owner.token).elements[0])
        objects["voice_tier"] = id(try await server.get("guilds/\(guild)/voice-tiers", token: owner.token).elements[1])
        objects["key"] = try await server.post("channels/\(channels.voice)/stream-keys", [:], token: owner.token).string("id")
        if let user = Snowflake(target.id), let channel = Snowflake(channels.voice) { voice.channels.withLock { $0[user] = channel } }
        #expect(!objects.values.contains(""))
        return objects
    }

    /// The members of columns 3 to 6.
    private static func populate(_ server: TestServer, _ world: inout World, _ people: [String: TestServer.Account]) async throws {
        guard let guild = world.here["guild"], let owner = people["owner"], let moderator = people["moderator"],
            let roleDenied = people["roledenied"], let overDenied = people["overdenied"], let member = people["member"]
        else { throw TestFailure("world") }
        for account in [moderator, roleDenied, overDenied, member] { try await server.invite(account, to: guild, by: owner) }
        let govern: Permissions = [
            .viewChannel, .kickMembers, .banMembers, .manageChannels, .manageGuild, .manageRoles, .manageNicknames, .muteMembers,
            .deafenMembers,
            .moveMembers, .createInstantInvite, .connect, .speak, .stream, .sendMessages,
        ]
        try await server.give(try await server.makeRole(guild, govern, position: 10, by: owner), to: moderator, in: guild, by: owner)
        try await server.give(world.here["denied_role"] ?? "", to: roleDenied, in: guild, by: owner)
        world.here["moderator"] = moderator.id
        for name in ["text", "voice"] {
            let answer = try await server.put(
                "channels/\(world.here[name] ?? "")/permissions/\(overDenied.id)", ["type": 1, "deny": .permissions(.viewChannel)],
                token: owner.token)
            #expect(answer.status == 204)
        }
    }

    private static func id(_ value: JSONValue) -> String {
        if case .string(let id)? = value["id"] { id } else { "" }
    }
}
