import Control

/// A client of the main gateway from READY on. It outlives its socket for a while, so that a client can come back and miss nothing.
struct GatewaySession {
    let id: String
    /// Who it is, and by which sign-in: when that is revoked the session ends.
    var principal: Principal
    let isBot: Bool
    /// `nil`: everything.
    let intents: GatewayIntents?
    /// `nil` while the client is away.
    var socket: WebSocketConnection?
    /// When the client went away.
    var detachedAt: ContinuousClock.Instant?
    /// The socket's Host: where this client reaches the voice gateway.
    var host: String
    var replay = ReplayBuffer()
    /// The guilds it was told of, and of each the channels.
    var guilds: [Snowflake: Set<Snowflake>] = [:]

    /// Where it is sent for voice. Bots speak Discord's UDP protocol, which we do not; null makes their libraries time out cleanly (bot-contract §9).
    var voiceEndpoint: JSONValue { isBot || host.isEmpty ? .null : .string(host) }

    func wants(_ type: String) -> Bool {
        intents.map { $0.isSuperset(of: GatewayIntents.required(for: type)) } ?? true
    }
}
