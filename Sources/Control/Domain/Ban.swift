/// A user who may not join a guild.
package struct Ban: Sendable, Equatable {
    package let guildID: Snowflake
    package let user: User
    package let reason: String?
    package let createdAt: Timestamp
}
