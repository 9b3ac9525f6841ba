import GRDB

// What Signaling asks of the store.
extension Store {
    package func user(_ id: Snowflake) async throws -> User? {
        try await read { db in try UserTable.find(db, id) }
    }

    /// Guilds that the user is in.
    package func guildIDs(of user: Snowflake) async throws -> [Snowflake] {
        try await read { db in try MemberTable.guildIDs(db, of: user) }
    }

    /// A guild with everything in it; `nil` if there is none.
    package func guildSnapshot(_ id: Snowflake) async throws -> GuildSnapshot? {
        try await read { db in try GuildTable.snapshot(db, id) }
    }

    /// All of the user's guilds in one consistent read: what READY and GUILD_CREATE are made from.
    package func guildSnapshots(of user: Snowflake) async throws -> [GuildSnapshot] {
        try await read { db in try MemberTable.guildIDs(db, of: user).compactMap { try GuildTable.snapshot(db, $0) } }
    }

    package func member(_ user: Snowflake, in guild: Snowflake) async throws -> Member? {
        try await read { db in try MemberTable.find(db, user, in: guild) }
    }

    package func channel(_ id: Snowflake) async throws -> Channel? {
        try await read { db in try ChannelTable.find(db, id) }
    }

    /// What the user may do in the voice channel, as of now.
    ///
    /// - Throws: `APIError.unknownChannel`, `.wrongChannelKind`. Missing rights are no error: they are `false`.
    package func voiceRights(user: Snowflake, channel: Snowflake) async throws -> VoiceRights {
        try await read { db in
            guard let channel = try ChannelTable.find(db, channel) else { throw APIError.unknownChannel }
            guard channel.kind == .voice else { throw APIError.wrongChannelKind }
            let access = try GuildAccess(db, guild: channel.guildID, user: user)
            return try access?.voiceRights(in: channel, db) ?? .none(in: channel.guildID)
        }
    }

    /// Records that a stay in a voice channel begins.
    package func openVoiceSession(user: Snowflake, guild: Snowflake, channel: Snowflake) async throws -> Snowflake {
        let id = snowflakes.next()
        try await write { tx in
            try VoiceSessionTable.insert(
                tx.db,
                VoiceSession(id: id, userID: user, guildID: guild, channelID: channel, startedAt: tx.now, endedAt: nil, endReason: nil))
        }
        return id
    }

    package func closeVoiceSession(_ id: Snowflake, reason: VoiceSession.EndReason) async throws {
        try await write { tx in try VoiceSessionTable.close(tx.db, id, at: tx.now, reason: reason) }
    }

    /// Records that a camera or a screen begins to be shown.
    package func openStream(user: Snowflake, guild: Snowflake, channel: Snowflake, source: Stream.Source) async throws -> Snowflake {
        let id = snowflakes.next()
        try await write { tx in
            try StreamTable.insert(
                tx.db, Stream(id: id, userID: user, guildID: guild, channelID: channel, source: source, startedAt: tx.now, endedAt: nil))
        }
        return id
    }

    package func closeStream(_ id: Snowflake) async throws {
        try await write { tx in try StreamTable.close(tx.db, id, at: tx.now) }
    }
}
