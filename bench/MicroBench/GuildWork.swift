import Control
import Foundation
import GRDB

/// What the main gateway writes when a client signs in, by Control's own payloads and encoder, from a guild read from a real database.
final class GuildWork {
    private static let members = 50
    private static let channels = 12

    private let snapshot: GuildSnapshot
    private let user: User

    /// The values have no initialisers outside Control, so one member and two channels are read and the rest are copies under other names.
    init() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "parley-microbench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = try await Store.open(path: directory.appending(path: "parley.sqlite").path)
        try await store.write { tx in try tx.db.execute(sql: Self.rows) }
        guard var snapshot = try await store.guildSnapshot(Snowflake(100)), let member = snapshot.members.first,
            let channel = snapshot.channels.first
        else { throw BenchFailure("the guild cannot be read back") }
        try await store.close()
        user = member.user
        snapshot.members = (0..<Self.members).map { index in
            var copy = member
            copy.user.username = "somebody\(index)"
            copy.user.globalName = index % 3 == 0 ? "Somebody the \(index)th" : nil
            copy.nick = index % 4 == 0 ? "nick-\(index)" : nil
            copy.roles = index % 5 == 0 ? snapshot.roles.map(\.id) : []
            return copy
        }
        snapshot.channels = (0..<Self.channels).map { index in
            var copy = channel
            copy.name = "channel-\(index)"
            copy.position = index
            return copy
        }
        self.snapshot = snapshot
    }

    func create(_ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<count { sum &+= UInt64(snapshot.guildCreatePayload(for: user.id, voiceStates: [], presences: []).bytes.count) }
        return sum
    }

    func ready(_ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<count {
            let ready: JSONValue = [
                "v": 10, "user": user.ownPayload,
                "guilds": .array((1...5).map { ["id": .id(Snowflake($0 << 40)), "unavailable": true] as JSONValue }),
                "session_id": "0123456789abcdef0123456789abcdef", "session_type": "normal",
                "resume_gateway_url": "ws://127.0.0.1:8080/gateway", "application": ["id": .id(user.id), "flags": 0],
                "private_channels": [], "shard": [0, 1],
            ]
            sum &+= UInt64(ready.bytes.count)
        }
        return sum
    }

    private static let rows = """
        INSERT INTO users (id, username, email, password_hash, created_at, updated_at) VALUES (1, 'ada', 'ada@example.org', '', 1, 1);
        INSERT INTO guilds (id, name, description, owner_id, created_at) VALUES (100, 'Analytical Engines', NULL, 1, 1);
        INSERT INTO roles (id, guild_id, name, permissions, position) VALUES (100, 100, '@everyone', 1071698660929, 0), (101, 100, 'mods', 8, 1);
        INSERT INTO members (guild_id, user_id, joined_at) VALUES (100, 1, 1763700000000);
        INSERT INTO channels (id, guild_id, kind, name, position, topic) VALUES (200, 100, 0, 'general', 0, 'Where we talk');
        INSERT INTO stream_tiers (id, guild_id, name, width, height, framerate, bitrate) VALUES (300, 100, 'High', 1920, 1080, 30, 2500000);
        INSERT INTO voice_tiers (id, guild_id, name, bitrate) VALUES (400, 100, 'High', 64000);
        """
}
