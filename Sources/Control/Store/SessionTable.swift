import Foundation
import GRDB

/// Sign-ins.
package enum SessionTable {
    /// Chosen: a person has few devices. Beyond it the oldest session ends.
    static let maximumPerUser = 50

    package static func find(_ db: Database, _ id: Snowflake) throws -> Session? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM sessions WHERE id = ?"), arguments: [id]).map(Session.init(row:))
    }

    static func insert(_ db: Database, _ session: Session) throws {
        try db.cachedStatement(sql: "INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)").execute(arguments: [
            session.id, session.userID, session.createdAt, session.expiresAt,
        ])
    }

    static func extend(_ db: Database, _ id: Snowflake, to expiry: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE sessions SET expires_at = max(expires_at, ?) WHERE id = ?").execute(arguments: [expiry, id])
    }

    /// - Returns: whether it was still in force.
    static func revoke(_ db: Database, _ id: Snowflake, at now: Timestamp) throws -> Bool {
        try db.cachedStatement(sql: "UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL").execute(arguments: [now, id])
        return db.changesCount > 0
    }

    static func revokeAll(_ db: Database, of user: Snowflake, at now: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE sessions SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL").execute(arguments: [
            now, user,
        ])
    }

    /// Ends sessions whose last refresh token ran out unused, the oldest first.
    ///
    /// - Returns: those that it ended, at most `limit`.
    static func endExpired(_ db: Database, at now: Timestamp, limit: Int) throws -> [(user: Snowflake, session: Snowflake)] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT id, user_id FROM sessions WHERE expires_at <= ? AND revoked_at IS NULL ORDER BY expires_at LIMIT ?"),
            arguments: [now, limit])
        return try rows.compactMap { row in
            let id: Snowflake = row["id"]
            return try revoke(db, id, at: now) ? (row["user_id"], id) : nil
        }
    }

    static func isAnyExpired(_ db: Database, at now: Timestamp) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sessions WHERE expires_at <= ? AND revoked_at IS NULL)"), arguments: [now]
        ) ?? false
    }

    /// Sessions beyond the most recent `maximumPerUser`.
    static func superfluous(_ db: Database, of user: Snowflake) throws -> [Snowflake] {
        try Snowflake.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM sessions WHERE user_id = ? AND revoked_at IS NULL ORDER BY id DESC LIMIT -1 OFFSET ?"),
            arguments: [user, maximumPerUser])
    }

    /// Deletes sessions that ended, with their tokens. A revoked one is kept while access tokens of it may still be shown.
    ///
    /// - Returns: how many.
    static func purge(_ db: Database, expiredBefore now: Timestamp, revokedBefore revoked: Timestamp) throws -> Int {
        try db.cachedStatement(sql: "DELETE FROM sessions WHERE expires_at < ? OR revoked_at < ?").execute(arguments: [now, revoked])
        let sessions = db.changesCount
        try db.cachedStatement(sql: "DELETE FROM refresh_tokens WHERE expires_at < ?").execute(arguments: [now])
        return sessions
    }
}

extension Session {
    init(row: Row) {
        self.init(
            id: row["id"], userID: row["user_id"], createdAt: row["created_at"], expiresAt: row["expires_at"], revokedAt: row["revoked_at"])
    }
}
