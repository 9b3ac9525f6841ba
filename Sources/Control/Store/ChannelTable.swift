import GRDB

/// Channels of guilds, each with its overwrites.
package enum ChannelTable {
    /// Discord's limits, codes 30013 and 50035.
    static let maximumPerGuild = 500
    static let maximumPerCategory = 50

    private static let select = """
        SELECT channels.*, coalesce(voice_tiers.bitrate, 0) AS bitrate FROM channels LEFT JOIN voice_tiers ON voice_tiers.id = channels.voice_tier_id
        """

    package static func find(_ db: Database, _ id: Snowflake) throws -> Channel? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: "\(select) WHERE channels.id = ?"), arguments: [id]) else { return nil }
        let statement = try db.cachedStatement(sql: "SELECT * FROM permission_overwrites WHERE channel_id = ? ORDER BY target_id")
        return Channel(row: row, overwrites: try Row.fetchAll(statement, arguments: [id]).map(PermissionOverwrite.init(row:)))
    }

    /// By position, then id.
    package static func all(_ db: Database, in guild: Snowflake) throws -> [Channel] {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "\(select) WHERE channels.guild_id = ? ORDER BY channels.position, channels.id"), arguments: [guild])
        var overwrites: [Snowflake: [PermissionOverwrite]] = [:]
        let cursor = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT permission_overwrites.* FROM channels JOIN permission_overwrites ON permission_overwrites.channel_id = channels.id
                    WHERE channels.guild_id = ? ORDER BY channel_id, target_id
                    """),
            arguments: [guild])
        while let row = try cursor.next() { overwrites[row["channel_id"], default: []].append(PermissionOverwrite(row: row)) }
        return rows.map { Channel(row: $0, overwrites: overwrites[$0["id"]] ?? []) }
    }

    static func count(_ db: Database, in guild: Snowflake) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM channels WHERE guild_id = ?"), arguments: [guild]) ?? 0
    }

    static func insert(_ db: Database, _ channel: Channel) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO channels (id, guild_id, kind, name, position, parent_id, topic, user_limit, voice_tier_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            channel.id, channel.guildID, channel.kind.rawValue, channel.name, channel.position, channel.parentID, channel.topic,
            channel.userLimit, channel.voiceTierID,
        ])
        try OverwriteTable.replaceAll(db, channel.overwrites, in: channel.id)
    }

    /// Without its overwrites; see `OverwriteTable`.
    static func update(_ db: Database, _ channel: Channel) throws {
        try db.cachedStatement(
            sql: "UPDATE channels SET name = ?, position = ?, parent_id = ?, topic = ?, user_limit = ?, voice_tier_id = ? WHERE id = ?"
        ).execute(arguments: [
            channel.name, channel.position, channel.parentID, channel.topic, channel.userLimit, channel.voiceTierID, channel.id,
        ])
    }

    static func delete(_ db: Database, _ id: Snowflake) throws {
        try db.cachedStatement(sql: "DELETE FROM channels WHERE id = ?").execute(arguments: [id])
    }
}

extension Channel {
    init(row: Row, overwrites: [PermissionOverwrite]) {
        self.init(
            id: row["id"], guildID: row["guild_id"], kind: Kind(rawValue: row["kind"]) ?? .text, name: row["name"],
            position: row["position"],
            parentID: row["parent_id"], topic: row["topic"], userLimit: row["user_limit"], voiceTierID: row["voice_tier_id"],
            bitrate: row["bitrate"], overwrites: overwrites)
    }
}
