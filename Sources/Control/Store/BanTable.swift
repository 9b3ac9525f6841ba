import GRDB

/// Who may not join which guild.
enum BanTable {
    private static let select =
        "SELECT \(UserTable.columns), bans.guild_id, bans.reason, bans.created_at AS banned_at FROM bans JOIN users ON users.id = bans.user_id"

    static func find(_ db: Database, _ user: Snowflake, in guild: Snowflake) throws -> Ban? {
        try Row.fetchOne(db.cachedStatement(sql: "\(select) WHERE bans.guild_id = ? AND bans.user_id = ?"), arguments: [guild, user]).map(
            Ban.init(row:))
    }

    /// In order of user id, a page at a time.
    static func all(_ db: Database, in guild: Snowflake, after: Snowflake, limit: Int) throws -> [Ban] {
        try Row.fetchAll(
            db.cachedStatement(sql: "\(select) WHERE bans.guild_id = ? AND bans.user_id > ? ORDER BY bans.user_id LIMIT ?"),
            arguments: [guild, after, limit]
        ).map(Ban.init(row:))
    }

    static func insert(_ db: Database, guild: Snowflake, user: Snowflake, reason: String?, at now: Timestamp) throws {
        try db.cachedStatement(sql: "INSERT INTO bans (guild_id, user_id, reason, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .execute(arguments: [guild, user, reason, now])
    }

    /// - Returns: whether there was one.
    static func delete(_ db: Database, _ user: Snowflake, in guild: Snowflake) throws -> Bool {
        try db.cachedStatement(sql: "DELETE FROM bans WHERE guild_id = ? AND user_id = ?").execute(arguments: [guild, user])
        return db.changesCount > 0
    }
}

extension Ban {
    init(row: Row) {
        self.init(guildID: row["guild_id"], user: User(row: row), reason: row["reason"], createdAt: row["banned_at"])
    }
}
