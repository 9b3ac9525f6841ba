import GRDB

/// Permission overwrites of channels.
enum OverwriteTable {
    /// Discord's limit, code 30060.
    static let maximumPerChannel = 1000

    static func put(_ db: Database, _ overwrite: PermissionOverwrite, in channel: Snowflake) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO permission_overwrites (channel_id, target_id, kind, allow, deny) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (channel_id, target_id) DO UPDATE SET kind = excluded.kind, allow = excluded.allow, deny = excluded.deny
                """
        ).execute(arguments: [channel, overwrite.id, overwrite.kind.rawValue, overwrite.allow, overwrite.deny])
    }

    static func replaceAll(_ db: Database, _ overwrites: [PermissionOverwrite], in channel: Snowflake) throws {
        try db.cachedStatement(sql: "DELETE FROM permission_overwrites WHERE channel_id = ?").execute(arguments: [channel])
        for overwrite in overwrites { try put(db, overwrite, in: channel) }
    }

    /// - Returns: whether there was one.
    static func delete(_ db: Database, target: Snowflake, in channel: Snowflake) throws -> Bool {
        try db.cachedStatement(sql: "DELETE FROM permission_overwrites WHERE channel_id = ? AND target_id = ?").execute(arguments: [
            channel, target,
        ])
        return db.changesCount > 0
    }
}

extension PermissionOverwrite {
    init(row: Row) {
        self.init(id: row["target_id"], kind: Kind(rawValue: row["kind"]) ?? .role, allow: row["allow"], deny: row["deny"])
    }
}
