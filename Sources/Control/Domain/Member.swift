/// A user in a guild.
package struct Member: Sendable, Equatable {
    package let guildID: Snowflake
    package var user: User
    package var nick: String?
    /// Without the `@everyone` role, which every member has.
    package var roles: [Snowflake]
    package let joinedAt: Timestamp
    /// Muted by a moderator: nothing the member says is forwarded.
    package var isMuted: Bool
    /// Deafened by a moderator: nothing is forwarded to the member.
    package var isDeafened: Bool
}
