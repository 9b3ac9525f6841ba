import GRDB

/// Communities.
package enum GuildTable {
    /// Discord's limit, code 30001.
    static let maximumPerUser = 100

    package static func find(_ db: Database, _ id: Snowflake) throws -> Guild? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM guilds WHERE id = ?"), arguments: [id]).map(Guild.init(row:))
    }

    /// The guilds that the user is in, oldest membership first in id order.
    static func all(_ db: Database, of user: Snowflake) throws -> [Guild] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT guilds.* FROM members JOIN guilds ON guilds.id = members.guild_id WHERE members.user_id = ? ORDER BY guilds.id"
            ),
            arguments: [user]
        ).map(Guild.init(row:))
    }

    static func insert(_ db: Database, _ guild: Guild) throws {
        try db.cachedStatement(sql: "INSERT INTO guilds (id, name, description, owner_id, created_at) VALUES (?, ?, ?, ?, ?)").execute(
            arguments: [guild.id, guild.name, guild.description, guild.ownerID, guild.createdAt])
    }

    static func update(_ db: Database, _ guild: Guild) throws {
        try db.cachedStatement(sql: "UPDATE guilds SET name = ?, description = ?, owner_id = ? WHERE id = ?").execute(arguments: [
            guild.name, guild.description, guild.ownerID, guild.id,
        ])
    }

    /// With everything in it; the schema's cascades see to that.
    static func delete(_ db: Database, _ id: Snowflake) throws {
        try db.cachedStatement(sql: "DELETE FROM guilds WHERE id = ?").execute(arguments: [id])
    }

    static func snapshot(_ db: Database, _ id: Snowflake) throws -> GuildSnapshot? {
        guard let guild = try find(db, id) else { return nil }
        return GuildSnapshot(
            guild: guild, roles: try RoleTable.all(db, in: id), channels: try ChannelTable.all(db, in: id),
            members: try MemberTable.all(db, in: id),
            streamTiers: try StreamTierTable.all(db, in: id), voiceTiers: try VoiceTierTable.all(db, in: id))
    }
}

extension Guild {
    init(row: Row) {
        self.init(id: row["id"], name: row["name"], description: row["description"], ownerID: row["owner_id"], createdAt: row["created_at"])
    }
}
