import Foundation
import GRDB

/// The refresh tokens of each session, by hash. Replaced ones stay until they expire, so that a copy that turns up is recognised.
enum RefreshTokenTable {
    struct Entry {
        let sessionID: Snowflake
        let parent: Data?
        let expiresAt: Timestamp
        let replacedAt: Timestamp?
    }

    static func find(_ db: Database, hash: Data) throws -> Entry? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT session_id, parent, expires_at, replaced_at FROM refresh_tokens WHERE hash = ?"),
            arguments: [hash]
        )
        .map { Entry(sessionID: $0["session_id"], parent: $0["parent"], expiresAt: $0["expires_at"], replacedAt: $0["replaced_at"]) }
    }

    static func insert(_ db: Database, hash: Data, session: Snowflake, parent: Data?, issuedAt: Timestamp, expiresAt: Timestamp) throws {
        try db.cachedStatement(sql: "INSERT INTO refresh_tokens (hash, session_id, parent, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [hash, session, parent, issuedAt, expiresAt])
    }

    static func markReplaced(_ db: Database, hash: Data, at now: Timestamp) throws {
        try db.cachedStatement(sql: "UPDATE refresh_tokens SET replaced_at = ? WHERE hash = ? AND replaced_at IS NULL").execute(arguments: [
            now, hash,
        ])
    }

    /// The tokens issued for this one: how many, and whether any of them was itself used.
    static func children(_ db: Database, of hash: Data) throws -> (count: Int, anyReplaced: Bool) {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) AS n, count(replaced_at) AS replaced FROM refresh_tokens WHERE parent = ?"),
            arguments: [hash])
        return (row?["n"] ?? 0, (row?["replaced"] ?? 0) > 0)
    }
}
