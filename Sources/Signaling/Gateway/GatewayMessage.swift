import Control
import NIOCore
import SFU

/// What the gateway is told.
enum GatewayMessage: SocketMessage {
    case opened(WebSocketConnection)
    case received(ByteBuffer, WebSocketConnection)
    case closed(WebSocketConnection, CloseCode?)
    case draining(WebSocketConnection)
    case committed(DomainEvent)
    /// The database has answered an Identify or Resume; `nil`: the token is not good.
    case authenticated(Authenticated?, WebSocketConnection)
    /// `nil`: no such guild any more.
    case guildLoaded(Snowflake, GuildSnapshot?)
    case voice(VoiceReport)
    case move(user: Snowflake, guild: Snowflake, to: Snowflake, @Sendable (VoiceMove) -> Void)
    case disconnect(user: Snowflake, guild: Snowflake)
    case whereIs(user: Snowflake, guild: Snowflake, @Sendable (Snowflake?) -> Void)
    case tick
}

/// Who is behind a token, as the database says.
struct Authenticated: Sendable {
    var principal: Principal
    var user: User
    var guilds: [Snowflake]
}

/// What the voice gateway tells the main gateway.
enum VoiceReport: Sendable, Equatable {
    /// The client has identified on the voice gateway.
    case opened(user: Snowflake, channel: Snowflake)
    /// The voice session is over and nothing follows for it.
    case ended(user: Snowflake, channel: Snowflake, VoiceSession.EndReason)
    /// The camera or a screen of the user is now shown or not shown.
    case showing(user: Snowflake, channel: Snowflake, camera: Bool, screen: Bool)
    /// A camera or a screen begins or ceases to be published, from whatever client: the page, or an encoder by WHIP.
    case streaming(user: Snowflake, channel: Snowflake, Stream.Source, isOn: Bool)
    /// Somebody who is not in the channel publishes into it (WHIP): who is it?
    case stranger(user: Snowflake, channel: Snowflake)
}
