/// A published camera or screen, kept for the record.
package struct Stream: Sendable, Equatable {
    package enum Source: String, Sendable {
        case camera
        case screen
    }

    package let id: Snowflake
    package let userID: Snowflake
    package let guildID: Snowflake
    package let channelID: Snowflake
    package let source: Source
    package let startedAt: Timestamp
    package var endedAt: Timestamp?
}
