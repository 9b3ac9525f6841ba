/// A ceiling on video: how large, how often and at what rate. It cuts the top of the ladder; it is not a layer of it.
package struct StreamTier: Sendable, Equatable {
    package let id: Snowflake
    package let guildID: Snowflake
    package var name: String
    /// Pixels.
    package var width: Int
    package var height: Int
    /// Frames per second.
    package var framerate: Int
    /// Bits per second.
    package var bitrate: Int
    /// Roles whose members may send up to this tier; the guild's own id stands for everyone, an empty list for nobody but owner and administrators.
    package var publishRoles: [Snowflake]
    /// Roles whose members may receive up to this tier; read as `publishRoles`.
    package var watchRoles: [Snowflake]
}
