/// A fact that was committed and that others must hear. A new case makes every exhaustive `switch` in the gateway fail to compile until it is answered.
///
/// The values are complete and current as of the commit, so nobody has to read the database to pass them on.
package enum DomainEvent: Sendable {
    /// The user's own profile changed; every guild that shares the user hears it.
    case userUpdated(User)
    case guildCreated(GuildSnapshot)
    case guildUpdated(Guild)
    /// `members` are those who were in it, since nobody is any more.
    case guildDeleted(Snowflake, members: [Snowflake])
    /// Also when only its overwrites changed: then `channelUpdated`.
    case channelCreated(Channel)
    case channelUpdated(Channel)
    case channelDeleted(Channel)
    case roleCreated(Role)
    case roleUpdated(Role)
    case roleDeleted(guild: Snowflake, role: Snowflake)
    case memberAdded(Member)
    /// Nick, roles, mute or deafen.
    case memberUpdated(Member)
    case memberRemoved(guild: Snowflake, user: User, reason: MemberRemovalReason)
    /// Comes before the `memberRemoved` of the same commit, as Discord's clients expect.
    case banAdded(guild: Snowflake, user: User)
    case banRemoved(guild: Snowflake, user: User)
    case inviteCreated(Invite)
    case inviteDeleted(Invite)
    case streamTierUpdated(StreamTier)
    case voiceTierUpdated(VoiceTier)
    case streamKeyCreated(StreamKey)
    /// Media published with the key must stop.
    case streamKeyRevoked(StreamKey)
    /// Sockets of these sessions must be closed within a second. `nil`: all of the user's.
    case sessionsRevoked(user: Snowflake, sessions: [Snowflake]?)
}

package enum MemberRemovalReason: String, Sendable {
    case left
    case kicked
    case banned
}
