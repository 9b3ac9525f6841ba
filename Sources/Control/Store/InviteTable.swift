import GRDB

/// Invites.
enum InviteTable {
    /// Discord's limit, code 30016.
    static let maximumPerGuild = 1000

    static func find(_ db: Database, _ code: String) throws -> Invite? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM invites WHERE code = ?"), arguments: [code]).map(Invite.init(row:))
    }

    static func all(_ db: Database, in guild: Snowflake) throws -> [Invite] {
        try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM invites WHERE guild_id = ? ORDER BY created_at, code"), arguments: [guild])
            .map(
                Invite.init(row:))
    }

    static func count(_ db: Database, in guild: Snowflake) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM invites WHERE guild_id = ?"), arguments: [guild]) ?? 0
    }

    static func insert(_ db: Database, _ invite: Invite) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO invites (code, guild_id, channel_id, inviter_id, uses, max_uses, max_age_seconds, is_temporary, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            invite.code, invite.guildID, invite.channelID, invite.inviterID, invite.uses, invite.maxUses, invite.maxAgeSeconds,
            invite.isTemporary, invite.createdAt,
        ])
    }

    static func countUse(_ db: Database, _ code: String) throws {
        try db.cachedStatement(sql: "UPDATE invites SET uses = uses + 1 WHERE code = ?").execute(arguments: [code])
    }

    static func delete(_ db: Database, _ code: String) throws {
        try db.cachedStatement(sql: "DELETE FROM invites WHERE code = ?").execute(arguments: [code])
    }

    /// Deletes invites that can never be used again.
    static func purge(_ db: Database, at now: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM invites WHERE (max_age_seconds > 0 AND created_at + max_age_seconds * 1000 <= ?) OR (max_uses > 0 AND uses >= max_uses)
                """
        ).execute(arguments: [now])
    }
}

extension Invite {
    init(row: Row) {
        self.init(
            code: row["code"], guildID: row["guild_id"], channelID: row["channel_id"], inviterID: row["inviter_id"], uses: row["uses"],
            maxUses: row["max_uses"], maxAgeSeconds: row["max_age_seconds"], isTemporary: row["is_temporary"], createdAt: row["created_at"])
    }
}
