import GRDB

/// Who is in which guild.
package enum MemberTable {
    private static let select = """
        SELECT \(UserTable.columns), members.guild_id, members.nick, members.joined_at, members.is_muted, members.is_deafened
        FROM members JOIN users ON users.id = members.user_id
        """

    package static func find(_ db: Database, _ user: Snowflake, in guild: Snowflake) throws -> Member? {
        let statement = try db.cachedStatement(sql: "\(select) WHERE members.guild_id = ? AND members.user_id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [guild, user]) else { return nil }
        return Member(row: row, roles: try roles(db, of: user, in: guild))
    }

    package static func isMember(_ db: Database, _ user: Snowflake, of guild: Snowflake) throws -> Bool {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM members WHERE guild_id = ? AND user_id = ?"), arguments: [guild, user]) != nil
    }

    package static func guildIDs(_ db: Database, of user: Snowflake) throws -> [Snowflake] {
        try Snowflake.fetchAll(
            db.cachedStatement(sql: "SELECT guild_id FROM members WHERE user_id = ? ORDER BY guild_id"), arguments: [user])
    }

    package static func userIDs(_ db: Database, in guild: Snowflake) throws -> [Snowflake] {
        try Snowflake.fetchAll(
            db.cachedStatement(sql: "SELECT user_id FROM members WHERE guild_id = ? ORDER BY user_id"), arguments: [guild])
    }

    /// In order of user id; a page of it with `after` and `limit`.
    package static func all(_ db: Database, in guild: Snowflake, after: Snowflake? = nil, limit: Int = -1) throws -> [Member] {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "\(select) WHERE members.guild_id = ? AND members.user_id > ? ORDER BY members.user_id LIMIT ?"),
            arguments: [guild, after ?? Snowflake(0), limit])
        var roles: [Snowflake: [Snowflake]] = [:]
        let assignments = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT user_id, role_id FROM member_roles WHERE guild_id = ? ORDER BY user_id, role_id"),
            arguments: [guild])
        while let row = try assignments.next() { roles[row["user_id"], default: []].append(row["role_id"]) }
        return rows.map { Member(row: $0, roles: roles[$0["id"]] ?? []) }
    }

    static func count(_ db: Database, in guild: Snowflake) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM members WHERE guild_id = ?"), arguments: [guild]) ?? 0
    }

    static func insert(_ db: Database, guild: Snowflake, user: Snowflake, joinedAt: Timestamp) throws {
        try db.cachedStatement(sql: "INSERT INTO members (guild_id, user_id, joined_at) VALUES (?, ?, ?)").execute(arguments: [
            guild, user, joinedAt,
        ])
    }

    static func update(_ db: Database, _ member: Member) throws {
        try db.cachedStatement(sql: "UPDATE members SET nick = ?, is_muted = ?, is_deafened = ? WHERE guild_id = ? AND user_id = ?")
            .execute(arguments: [member.nick, member.isMuted, member.isDeafened, member.guildID, member.user.id])
    }

    static func delete(_ db: Database, _ user: Snowflake, from guild: Snowflake) throws {
        try db.cachedStatement(sql: "DELETE FROM members WHERE guild_id = ? AND user_id = ?").execute(arguments: [guild, user])
    }

    static func setRoles(_ db: Database, _ roles: [Snowflake], of user: Snowflake, in guild: Snowflake) throws {
        try db.cachedStatement(sql: "DELETE FROM member_roles WHERE guild_id = ? AND user_id = ?").execute(arguments: [guild, user])
        for role in Set(roles) {
            try db.cachedStatement(sql: "INSERT INTO member_roles (guild_id, user_id, role_id) VALUES (?, ?, ?)").execute(arguments: [
                guild, user, role,
            ])
        }
    }

    /// Members that hold the role: those who hear when it is deleted.
    static func holders(_ db: Database, of role: Snowflake) throws -> [Snowflake] {
        try Snowflake.fetchAll(db.cachedStatement(sql: "SELECT user_id FROM member_roles WHERE role_id = ?"), arguments: [role])
    }

    private static func roles(_ db: Database, of user: Snowflake, in guild: Snowflake) throws -> [Snowflake] {
        let statement = try db.cachedStatement(sql: "SELECT role_id FROM member_roles WHERE guild_id = ? AND user_id = ? ORDER BY role_id")
        return try Snowflake.fetchAll(statement, arguments: [guild, user])
    }
}

extension Member {
    init(row: Row, roles: [Snowflake]) {
        self.init(
            guildID: row["guild_id"], user: User(row: row), nick: row["nick"], roles: roles, joinedAt: row["joined_at"],
            isMuted: row["is_muted"], isDeafened: row["is_deafened"])
    }
}
