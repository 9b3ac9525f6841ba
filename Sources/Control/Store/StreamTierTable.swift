import GRDB

/// Video ceilings of guilds.
package enum StreamTierTable {
    /// Best first.
    package static func all(_ db: Database, in guild: Snowflake) throws -> [StreamTier] {
        let rows = try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM stream_tiers WHERE guild_id = ?"), arguments: [guild])
        return try rows.map { StreamTier(row: $0, roles: try roles(db, of: $0["id"])) }.sorted(by: TierRules.isBetter)
    }

    static func find(_ db: Database, _ id: Snowflake, in guild: Snowflake) throws -> StreamTier? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM stream_tiers WHERE id = ? AND guild_id = ?"), arguments: [id, guild])
            .map { StreamTier(row: $0, roles: try roles(db, of: id)) }
    }

    static func insert(_ db: Database, _ tier: StreamTier) throws {
        try db.cachedStatement(
            sql: "INSERT INTO stream_tiers (id, guild_id, name, width, height, framerate, bitrate) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [tier.id, tier.guildID, tier.name, tier.width, tier.height, tier.framerate, tier.bitrate])
        try setRoles(db, tier)
    }

    static func update(_ db: Database, _ tier: StreamTier) throws {
        try db.cachedStatement(
            sql: "UPDATE stream_tiers SET name = ?, width = ?, height = ?, framerate = ?, bitrate = ? WHERE id = ? AND guild_id = ?"
        ).execute(arguments: [tier.name, tier.width, tier.height, tier.framerate, tier.bitrate, tier.id, tier.guildID])
        try setRoles(db, tier)
    }

    private static func setRoles(_ db: Database, _ tier: StreamTier) throws {
        try db.cachedStatement(sql: "DELETE FROM stream_tier_roles WHERE tier_id = ?").execute(arguments: [tier.id])
        for (roles, may) in [(tier.publishRoles, "publish"), (tier.watchRoles, "watch")] {
            for role in Set(roles) {
                try db.cachedStatement(sql: "INSERT INTO stream_tier_roles (tier_id, role_id, may) VALUES (?, ?, ?)").execute(arguments: [
                    tier.id, role, may,
                ])
            }
        }
    }

    private static func roles(_ db: Database, of tier: Snowflake) throws -> [String: [Snowflake]] {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT role_id, may FROM stream_tier_roles WHERE tier_id = ? ORDER BY role_id"), arguments: [tier])
        return rows.reduce(into: [:]) { $0[$1["may"], default: []].append($1["role_id"]) }
    }
}

extension StreamTier {
    init(row: Row, roles: [String: [Snowflake]]) {
        self.init(
            id: row["id"], guildID: row["guild_id"], name: row["name"], width: row["width"], height: row["height"],
            framerate: row["framerate"],
            bitrate: row["bitrate"], publishRoles: roles["publish"] ?? [], watchRoles: roles["watch"] ?? [])
    }
}
