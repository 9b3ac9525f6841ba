/// Which events a bot asked for in Identify. Clients that name none get everything.
struct GatewayIntents: OptionSet {
    var rawValue: UInt64

    static let guilds = GatewayIntents(rawValue: 1 << 0)
    static let guildMembers = GatewayIntents(rawValue: 1 << 1)
    static let guildModeration = GatewayIntents(rawValue: 1 << 2)
    static let guildInvites = GatewayIntents(rawValue: 1 << 6)
    static let guildVoiceStates = GatewayIntents(rawValue: 1 << 7)

    /// What an event needs, after Discord's "List of Intents"; nothing for those that always come.
    static func required(for type: String) -> GatewayIntents {
        switch type {
        case "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE": .guildMembers
        case "GUILD_BAN_ADD", "GUILD_BAN_REMOVE": .guildModeration
        case "INVITE_CREATE", "INVITE_DELETE": .guildInvites
        case "VOICE_STATE_UPDATE": .guildVoiceStates
        case _ where type.hasPrefix("CHANNEL_") || type.hasPrefix("GUILD_"): .guilds
        default: []
        }
    }
}
