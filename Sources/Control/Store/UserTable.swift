import GRDB

/// Accounts.
package enum UserTable {
    static let columns =
        "users.id, users.username, users.email, users.global_name, users.avatar, users.is_bot, users.is_operator, users.created_at, users.updated_at"

    package static func find(_ db: Database, _ id: Snowflake) throws -> User? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT \(columns) FROM users WHERE id = ?"), arguments: [id]).map(User.init(row:))
    }

    /// By username or e-mail address, without regard to case, with the password hash to compare.
    static func findForLogin(_ db: Database, _ login: String) throws -> (user: User, passwordHash: String)? {
        let sql = "SELECT \(columns), password_hash FROM users WHERE username = :login OR email = :login"
        return try Row.fetchOne(db.cachedStatement(sql: sql), arguments: ["login": login]).map { (User(row: $0), $0["password_hash"]) }
    }

    static func passwordHash(_ db: Database, of id: Snowflake) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT password_hash FROM users WHERE id = ?"), arguments: [id])
    }

    static func isEmpty(_ db: Database) throws -> Bool {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM users LIMIT 1")) == nil
    }

    /// Another account that has the name or the address.
    static func isTaken(_ db: Database, username: String, except id: Snowflake?) throws -> Bool {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM users WHERE username = ? AND id IS NOT ?"), arguments: [username, id])
            != nil
    }

    static func isTaken(_ db: Database, email: String, except id: Snowflake?) throws -> Bool {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM users WHERE email = ? AND id IS NOT ?"), arguments: [email, id]) != nil
    }

    static func insert(_ db: Database, _ user: User, passwordHash: String) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO users (id, username, email, password_hash, global_name, avatar, is_bot, is_operator, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            user.id, user.username, user.email, passwordHash, user.globalName, user.avatar, user.isBot, user.isOperator, user.createdAt,
            user.updatedAt,
        ])
    }

    static func update(_ db: Database, _ user: User) throws {
        try db.cachedStatement(sql: "UPDATE users SET username = ?, email = ?, global_name = ?, avatar = ?, updated_at = ? WHERE id = ?")
            .execute(arguments: [user.username, user.email, user.globalName, user.avatar, user.updatedAt, user.id])
    }

    static func setPasswordHash(_ db: Database, _ hash: String, of id: Snowflake) throws {
        try db.cachedStatement(sql: "UPDATE users SET password_hash = ? WHERE id = ?").execute(arguments: [hash, id])
    }
}

extension User {
    init(row: Row) {
        self.init(
            id: row["id"], username: row["username"], email: row["email"], globalName: row["global_name"], avatar: row["avatar"],
            isBot: row["is_bot"], isOperator: row["is_operator"], createdAt: row["created_at"], updatedAt: row["updated_at"])
    }
}
