import GRDB

/// The record of who was in which voice channel, and when.
package enum VoiceSessionTable {
    static func insert(_ db: Database, _ session: VoiceSession) throws {
        try db.cachedStatement(sql: "INSERT INTO voice_sessions (id, user_id, guild_id, channel_id, started_at) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [session.id, session.userID, session.guildID, session.channelID, session.startedAt])
    }

    static func close(_ db: Database, _ id: Snowflake, at now: Timestamp, reason: VoiceSession.EndReason) throws {
        try db.cachedStatement(sql: "UPDATE voice_sessions SET ended_at = ?, end_reason = ? WHERE id = ? AND ended_at IS NULL").execute(
            arguments: [now, reason.rawValue, id])
    }

    /// Stays that a crash or a restart cut.
    static func closeLeftOpen(_ db: Database, at now: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE voice_sessions SET ended_at = ?, end_reason = ? WHERE ended_at IS NULL").execute(arguments: [
            now, VoiceSession.EndReason.restart.rawValue,
        ])
    }

    package static func find(_ db: Database, _ id: Snowflake) throws -> VoiceSession? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM voice_sessions WHERE id = ?"), arguments: [id]).map(VoiceSession.init(row:))
    }
}

extension VoiceSession {
    init(row: Row) {
        self.init(
            id: row["id"], userID: row["user_id"], guildID: row["guild_id"], channelID: row["channel_id"], startedAt: row["started_at"],
            endedAt: row["ended_at"], endReason: (row["end_reason"] as String?).flatMap(EndReason.init(rawValue:)))
    }
}
