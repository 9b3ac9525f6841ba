import GRDB

/// Opus rates of guilds.
package enum VoiceTierTable {
    /// Highest rate first.
    package static func all(_ db: Database, in guild: Snowflake) throws -> [VoiceTier] {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM voice_tiers WHERE guild_id = ? ORDER BY bitrate DESC, id"), arguments: [guild])
        return try rows.map { VoiceTier(row: $0, roles: try roles(db, of: $0["id"])) }
    }

    static func find(_ db: Database, _ id: Snowflake, in guild: Snowflake) throws -> VoiceTier? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM voice_tiers WHERE id = ? AND guild_id = ?"), arguments: [id, guild])
            .map { VoiceTier(row: $0, roles: try roles(db, of: id)) }
    }

    static func insert(_ db: Database, _ tier: VoiceTier) throws {
        try db.cachedStatement(sql: "INSERT INTO voice_tiers (id, guild_id, name, bitrate) VALUES (?, ?, ?, ?)").execute(arguments: [
            tier.id, tier.guildID, tier.name, tier.bitrate,
        ])
        try setRoles(db, tier)
    }

    static func update(_ db: Database, _ tier: VoiceTier) throws {
        try db.cachedStatement(sql: "UPDATE voice_tiers SET name = ?, bitrate = ? WHERE id = ? AND guild_id = ?").execute(arguments: [
            tier.name, tier.bitrate, tier.id, tier.guildID,
        ])
        try setRoles(db, tier)
    }

    private static func setRoles(_ db: Database, _ tier: VoiceTier) throws {
        try db.cachedStatement(sql: "DELETE FROM voice_tier_roles WHERE tier_id = ?").execute(arguments: [tier.id])
        for role in Set(tier.publishRoles) {
            try db.cachedStatement(sql: "INSERT INTO voice_tier_roles (tier_id, role_id) VALUES (?, ?)").execute(arguments: [tier.id, role])
        }
    }

    private static func roles(_ db: Database, of tier: Snowflake) throws -> [Snowflake] {
        try Snowflake.fetchAll(
            db.cachedStatement(sql: "SELECT role_id FROM voice_tier_roles WHERE tier_id = ? ORDER BY role_id"), arguments: [tier])
    }
}

extension VoiceTier {
    init(row: Row, roles: [Snowflake]) {
        self.init(id: row["id"], guildID: row["guild_id"], name: row["name"], bitrate: row["bitrate"], publishRoles: roles)
    }
}
