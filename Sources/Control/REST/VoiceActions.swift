/// What a moderator does to someone's live voice connection. Control decides whether it may be done, Signaling does it.
///
/// Mute and deafen are not here: they are columns of the member and reach Signaling as `memberUpdated`.
package protocol VoiceActions: Sendable {
    /// The channel in which the user is connected in this guild.
    func connectedChannel(of user: Snowflake, in guild: Snowflake) async -> Snowflake?
    /// Moves the user to another voice channel of the same guild.
    func move(_ user: Snowflake, in guild: Snowflake, to channel: Snowflake) async -> VoiceMove
    func disconnect(_ user: Snowflake, in guild: Snowflake) async
}

/// What became of a moderator's move.
package enum VoiceMove: Sendable, Equatable {
    case moved
    /// The user left meanwhile.
    case notConnected
    /// The user may not connect to that channel, or it is gone.
    case notPermitted
}

/// Nobody is ever connected: for servers without media, and for tests.
package struct NoVoice: VoiceActions {
    package init() {}
    package func connectedChannel(of user: Snowflake, in guild: Snowflake) async -> Snowflake? { nil }
    package func move(_ user: Snowflake, in guild: Snowflake, to channel: Snowflake) async -> VoiceMove { .notConnected }
    package func disconnect(_ user: Snowflake, in guild: Snowflake) async {}
}
