/// Makes a guild with all that it comes with: `@everyone`, a text and a voice channel, three stream tiers and three voice tiers.
struct GuildFounding: Sendable {
    let name: String
    let description: String?
    let owner: Snowflake
    let ids: SnowflakeGenerator

    /// ARCHITECTURE §6.
    private static let streamTiers: [(name: String, width: Int, height: Int, framerate: Int, bitrate: Int)] = [
        ("High", 1920, 1080, 30, 2_500_000), ("Medium", 1280, 720, 30, 1_500_000), ("Low", 854, 480, 24, 800_000),
    ]
    private static let voiceTiers: [(name: String, bitrate: Int)] = [("High", 64_000), ("Standard", 48_000), ("Low", 32_000)]

    /// - Throws: 30001 beyond the owner's limit of guilds.
    func write(_ tx: WriteTransaction) throws -> GuildSnapshot {
        guard try UserTable.find(tx.db, owner) != nil else { throw APIError.unauthorized }
        guard try MemberTable.guildIDs(tx.db, of: owner).count < GuildTable.maximumPerUser else {
            throw APIError.maximum(30001, "Maximum number of guilds reached (\(GuildTable.maximumPerUser))")
        }
        let id = ids.next()
        try GuildTable.insert(tx.db, Guild(id: id, name: name, description: description, ownerID: owner, createdAt: tx.now))
        try RoleTable.insert(
            tx.db,
            Role(
                id: id, guildID: id, name: "@everyone", permissions: .defaultEveryone, position: 0, color: 0, isHoisted: false,
                isMentionable: false))
        try MemberTable.insert(tx.db, guild: id, user: owner, joinedAt: tx.now)
        for tier in Self.streamTiers {
            try StreamTierTable.insert(
                tx.db,
                StreamTier(
                    id: ids.next(), guildID: id, name: tier.name, width: tier.width, height: tier.height, framerate: tier.framerate,
                    bitrate: tier.bitrate, publishRoles: [id], watchRoles: [id]))
        }
        let voiceTiers = Self.voiceTiers.map {
            VoiceTier(id: ids.next(), guildID: id, name: $0.name, bitrate: $0.bitrate, publishRoles: [id])
        }
        for tier in voiceTiers { try VoiceTierTable.insert(tx.db, tier) }
        try addChannels(to: id, best: voiceTiers.first, tx)
        guard let snapshot = try GuildTable.snapshot(tx.db, id) else { throw APIError.unknownGuild }
        tx.publish(.guildCreated(snapshot))
        return snapshot
    }

    private func addChannels(to guild: Snowflake, best: VoiceTier?, _ tx: WriteTransaction) throws {
        for (kind, name) in [(Channel.Kind.text, "general"), (.voice, "General")] {
            let isVoice = kind == .voice
            try ChannelTable.insert(
                tx.db,
                Channel(
                    id: ids.next(), guildID: guild, kind: kind, name: name, position: isVoice ? 1 : 0, parentID: nil, topic: nil,
                    userLimit: 0,
                    voiceTierID: isVoice ? best?.id : nil, bitrate: isVoice ? best?.bitrate ?? 0 : 0, overwrites: []))
        }
    }
}
