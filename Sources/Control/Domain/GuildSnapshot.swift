/// A guild with everything that a member's client shows of it, read in one transaction.
package struct GuildSnapshot: Sendable {
    package var guild: Guild
    package var roles: [Role]
    package var channels: [Channel]
    package var members: [Member]
    package var streamTiers: [StreamTier]
    package var voiceTiers: [VoiceTier]

    package func member(_ user: Snowflake) -> Member? {
        members.first { $0.user.id == user }
    }

    /// What the user may do in the guild; nothing if not a member.
    package func permissions(of user: Snowflake) -> Permissions {
        PermissionCalculator(guild: guild, roles: roles, member: member(user)).base
    }

    /// What the user may do in one of its channels; nothing if not a member.
    package func permissions(of user: Snowflake, in channel: Channel) -> Permissions {
        PermissionCalculator(guild: guild, roles: roles, member: member(user)).permissions(in: channel)
    }

    /// The same guild as one member sees it: without the channels hidden from the member.
    package func visible(to user: Snowflake) -> GuildSnapshot {
        let calculator = PermissionCalculator(guild: guild, roles: roles, member: member(user))
        var copy = self
        copy.channels = channels.filter { calculator.permissions(in: $0).contains(.viewChannel) }
        return copy
    }
}
