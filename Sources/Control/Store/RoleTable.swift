import GRDB

/// Roles of guilds.
package enum RoleTable {
    /// Discord's limit, code 30005.
    static let maximumPerGuild = 250

    /// Lowest first.
    package static func all(_ db: Database, in guild: Snowflake) throws -> [Role] {
        try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM roles WHERE guild_id = ? ORDER BY position, id DESC"), arguments: [guild]
        ).map(Role.init(row:))
    }

    /// By its id and the guild it must belong to: an id alone would find another guild's role.
    static func find(_ db: Database, _ id: Snowflake, in guild: Snowflake) throws -> Role? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM roles WHERE id = ? AND guild_id = ?"), arguments: [id, guild]).map(
            Role.init(row:))
    }

    static func insert(_ db: Database, _ role: Role) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO roles (id, guild_id, name, permissions, position, color, is_hoisted, is_mentionable) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            role.id, role.guildID, role.name, role.permissions, role.position, role.color, role.isHoisted, role.isMentionable,
        ])
    }

    static func update(_ db: Database, _ role: Role) throws {
        try db.cachedStatement(
            sql:
                "UPDATE roles SET name = ?, permissions = ?, position = ?, color = ?, is_hoisted = ?, is_mentionable = ? WHERE id = ? AND guild_id = ?"
        ).execute(arguments: [
            role.name, role.permissions, role.position, role.color, role.isHoisted, role.isMentionable, role.id, role.guildID,
        ])
    }

    /// Also takes it from members, tiers and channel overwrites.
    static func delete(_ db: Database, _ role: Role) throws {
        try db.cachedStatement(sql: "DELETE FROM permission_overwrites WHERE target_id = ?").execute(arguments: [role.id])
        try db.cachedStatement(sql: "DELETE FROM roles WHERE id = ? AND guild_id = ?").execute(arguments: [role.id, role.guildID])
    }
}

extension Role {
    init(row: Row) {
        self.init(
            id: row["id"], guildID: row["guild_id"], name: row["name"], permissions: row["permissions"], position: row["position"],
            color: row["color"], isHoisted: row["is_hoisted"], isMentionable: row["is_mentionable"])
    }
}
