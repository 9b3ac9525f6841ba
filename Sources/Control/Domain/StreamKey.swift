/// A secret that lets an encoder publish into one channel by WHIP, in its maker's name. The secret itself is shown once and stored as a hash.
package struct StreamKey: Sendable, Equatable {
    package let id: Snowflake
    package let channelID: Snowflake
    package let guildID: Snowflake
    package let userID: Snowflake
    package var name: String
    package let createdAt: Timestamp
    package var lastUsedAt: Timestamp?
}
