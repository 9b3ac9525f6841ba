import GRDB

/// One member's standing in one guild, read in the same transaction as what it decides about.
///
/// Every check of a right goes through here, and every lookup of an object inside a guild names the guild: an id from elsewhere finds nothing.
package struct GuildAccess {
    package let guild: Guild
    package let member: Member
    package let roles: [Role]
    private let calculator: PermissionCalculator

    /// `nil` if there is no such guild or the user is not in it.
    init?(_ db: Database, guild id: Snowflake, user: Snowflake) throws {
        guard let guild = try GuildTable.find(db, id), let member = try MemberTable.find(db, user, in: id) else { return nil }
        self.guild = guild
        self.member = member
        roles = try RoleTable.all(db, in: id)
        calculator = PermissionCalculator(guild: guild, roles: roles, member: member)
    }

    /// - Throws: `unknownGuild` if there is none, `missingAccess` to those who are not in it.
    package static func require(_ db: Database, guild: Snowflake, user: Snowflake) throws -> GuildAccess {
        if let access = try GuildAccess(db, guild: guild, user: user) { return access }
        throw try GuildTable.find(db, guild) == nil ? APIError.unknownGuild : APIError.missingAccess
    }

    /// The channel and the caller's standing in its guild.
    ///
    /// - Throws: `unknownChannel` if there is none, `missingAccess` to those who cannot see it.
    package static func require(_ db: Database, channel id: Snowflake, user: Snowflake) throws -> (access: GuildAccess, channel: Channel) {
        guard let channel = try ChannelTable.find(db, id) else { throw APIError.unknownChannel }
        guard let access = try GuildAccess(db, guild: channel.guildID, user: user), access.permissions(in: channel).contains(.viewChannel)
        else {
            throw APIError.missingAccess
        }
        return (access, channel)
    }

    package var permissions: Permissions { calculator.base }

    package func permissions(in channel: Channel) -> Permissions { calculator.permissions(in: channel) }

    package var isOwner: Bool { guild.ownerID == member.user.id }

    /// - Throws: `missingPermissions`.
    func require(_ needed: Permissions) throws {
        guard permissions.isSuperset(of: needed) else { throw APIError.missingPermissions }
    }

    /// - Throws: `missingPermissions`.
    func require(_ needed: Permissions, in channel: Channel) throws {
        guard permissions(in: channel).isSuperset(of: needed) else { throw APIError.missingPermissions }
    }

    var hierarchy: RoleHierarchy { RoleHierarchy(guild: guild, roles: roles) }

    package func voiceRights(in channel: Channel, _ db: Database) throws -> VoiceRights {
        try VoiceRights(
            of: member, in: channel, calculator, streamTiers: StreamTierTable.all(db, in: guild.id),
            voiceTiers: VoiceTierTable.all(db, in: guild.id))
    }
}
