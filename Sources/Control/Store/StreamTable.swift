import GRDB

/// The record of cameras and screens that were shown.
package enum StreamTable {
    static func insert(_ db: Database, _ stream: Stream) throws {
        try db.cachedStatement(sql: "INSERT INTO streams (id, user_id, guild_id, channel_id, source, started_at) VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [stream.id, stream.userID, stream.guildID, stream.channelID, stream.source.rawValue, stream.startedAt])
    }

    static func close(_ db: Database, _ id: Snowflake, at now: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE streams SET ended_at = ? WHERE id = ? AND ended_at IS NULL").execute(arguments: [now, id])
    }

    static func closeLeftOpen(_ db: Database, at now: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE streams SET ended_at = ? WHERE ended_at IS NULL").execute(arguments: [now])
    }

    package static func find(_ db: Database, _ id: Snowflake) throws -> Stream? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM streams WHERE id = ?"), arguments: [id]).map(Stream.init(row:))
    }
}

extension Stream {
    init(row: Row) {
        self.init(
            id: row["id"], userID: row["user_id"], guildID: row["guild_id"], channelID: row["channel_id"],
            source: Source(rawValue: row["source"]) ?? .camera, startedAt: row["started_at"], endedAt: row["ended_at"])
    }
}
