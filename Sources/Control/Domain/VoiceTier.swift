/// The rate at which a voice channel's members speak Opus.
package struct VoiceTier: Sendable, Equatable {
    package let id: Snowflake
    package let guildID: Snowflake
    package var name: String
    /// Bits per second.
    package var bitrate: Int
    /// Roles whose members may speak at this rate, others get the best rate below that is theirs; read as `StreamTier.publishRoles`.
    package var publishRoles: [Snowflake]
}
