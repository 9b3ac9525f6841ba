/// A place in a guild: for text, for voice, or a category that groups others.
package struct Channel: Sendable, Equatable {
    /// The raw values are Discord's channel types.
    package enum Kind: Int, Sendable {
        case text = 0
        case voice = 2
        case category = 4
    }

    package let id: Snowflake
    package let guildID: Snowflake
    package let kind: Kind
    package var name: String
    package var position: Int
    /// The category it stands in.
    package var parentID: Snowflake?
    package var topic: String?
    /// Voice only: 0 is no limit, at most 99.
    package var userLimit: Int
    /// Voice only: the tier that sets `bitrate`.
    package var voiceTierID: Snowflake?
    /// Voice only: bits per second of Opus, the voice tier's rate. 0 elsewhere.
    package var bitrate: Int
    package var overwrites: [PermissionOverwrite]
}
