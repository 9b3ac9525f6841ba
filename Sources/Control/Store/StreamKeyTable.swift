import Foundation
import GRDB

/// Keys for publishing by WHIP.
enum StreamKeyTable {
    /// Chosen.
    static let maximumPerChannel = 50

    private static let select =
        "SELECT stream_keys.*, channels.guild_id FROM stream_keys JOIN channels ON channels.id = stream_keys.channel_id"

    static func find(_ db: Database, hash: Data) throws -> StreamKey? {
        try Row.fetchOne(db.cachedStatement(sql: "\(select) WHERE stream_keys.hash = ?"), arguments: [hash]).map(StreamKey.init(row:))
    }

    static func find(_ db: Database, _ id: Snowflake, in channel: Snowflake) throws -> StreamKey? {
        try Row.fetchOne(
            db.cachedStatement(sql: "\(select) WHERE stream_keys.id = ? AND stream_keys.channel_id = ?"), arguments: [id, channel]
        )
        .map(StreamKey.init(row:))
    }

    static func all(_ db: Database, in channel: Snowflake) throws -> [StreamKey] {
        try Row.fetchAll(
            db.cachedStatement(sql: "\(select) WHERE stream_keys.channel_id = ? ORDER BY stream_keys.id"), arguments: [channel]
        )
        .map(StreamKey.init(row:))
    }

    /// The keys that the user made in the guild: they go when the user goes.
    static func all(_ db: Database, of user: Snowflake, in guild: Snowflake) throws -> [StreamKey] {
        try Row.fetchAll(
            db.cachedStatement(sql: "\(select) WHERE stream_keys.user_id = ? AND channels.guild_id = ? ORDER BY stream_keys.id"),
            arguments: [user, guild]
        ).map(StreamKey.init(row:))
    }

    static func insert(_ db: Database, _ key: StreamKey, hash: Data) throws {
        try db.cachedStatement(sql: "INSERT INTO stream_keys (id, channel_id, user_id, name, hash, created_at) VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [key.id, key.channelID, key.userID, key.name, hash, key.createdAt])
    }

    static func delete(_ db: Database, _ id: Snowflake) throws {
        try db.cachedStatement(sql: "DELETE FROM stream_keys WHERE id = ?").execute(arguments: [id])
    }

    static func touch(_ db: Database, _ id: Snowflake, at now: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE stream_keys SET last_used_at = ? WHERE id = ?").execute(arguments: [now, id])
    }
}

extension StreamKey {
    init(row: Row) {
        self.init(
            id: row["id"], channelID: row["channel_id"], guildID: row["guild_id"], userID: row["user_id"], name: row["name"],
            createdAt: row["created_at"], lastUsedAt: row["last_used_at"])
    }
}
