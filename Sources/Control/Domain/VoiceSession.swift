/// A stay in a voice channel, kept for the record. Who is connected now is known to Signaling alone.
package struct VoiceSession: Sendable, Equatable {
    /// Why a stay ended. A stay that was open when the server stopped is closed with `restart` at the next start.
    package enum EndReason: String, Sendable {
        case left
        case moved
        case disconnected
        case timedOut = "timed-out"
        case revoked
        case restart
    }

    package let id: Snowflake
    package let userID: Snowflake
    package let guildID: Snowflake
    package let channelID: Snowflake
    package let startedAt: Timestamp
    package var endedAt: Timestamp?
    package var endReason: EndReason?
}
