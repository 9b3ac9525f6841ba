import Control
import NIOCore
import SFU

/// What the voice gateway is told.
enum VoiceMessage: SocketMessage {
    case opened(WebSocketConnection)
    case received(ByteBuffer, WebSocketConnection)
    case closed(WebSocketConnection, CloseCode?)
    case draining(WebSocketConnection)
    /// The main gateway let a member into a channel: this token, once.
    case admit(VoiceAdmission)
    /// What is known of a member has changed: name, mutes, rights, tiers.
    case update(VoiceMember)
    /// The main gateway took the user out of voice.
    case expel(user: Snowflake, VoiceFarewell)
    /// Who it is that publishes into the channel without being in it.
    case introduce(VoiceMember, channel: Snowflake)
    case media(Event)
    /// A room is to be told what changed in it.
    case due(channel: Snowflake)
    case tick
}

/// Leave to join one channel, given by the main gateway.
struct VoiceAdmission: Sendable, Equatable {
    var token: Secret
    var guild: Snowflake
    var channel: Snowflake
    /// The main gateway's session.
    var sessionID: String
    var member: VoiceMember
}

/// The way in for others: made before both gateways, because each posts to the other.
package struct VoiceMailbox: Sendable {
    /// Chosen: as the main gateway's, with room for 500 offers of the largest size.
    package static let capacity = 16_384
    private static let byteCapacity = 64 << 20

    let mailbox: Mailbox<VoiceMessage>

    package init(capacity: Int = Self.capacity) {
        mailbox = Mailbox(capacity: capacity, byteCapacity: Self.byteCapacity)
    }
}

/// How a device is told that the main gateway took its user out of voice.
enum VoiceFarewell: Sendable, Equatable {
    /// It asked for that itself: there is nothing to explain.
    case left
    /// The main gateway's session is over, which the voice session belongs to; the client may join again.
    case sessionOver
    case notice(VoiceNotice)
}

/// Why a voice session ends or is in trouble (op 107).
enum VoiceNotice: Sendable, Equatable {
    case moved(to: Snowflake?)
    case disconnected
    case channelDeleted
    case permission
    case unreachable(port: UInt16)
    case mediaLost(DisconnectReason)
    case offerRefused(AnswerRefusal)
    case draining

    var code: String {
        switch self {
        case .moved: "moved"
        case .disconnected: "disconnected"
        case .channelDeleted: "channel-deleted"
        case .permission: "permission"
        case .unreachable: "unreachable"
        case .mediaLost: "media-lost"
        case .offerRefused: "offer-refused"
        case .draining: "draining"
        }
    }

    var message: String {
        switch self {
        case .moved: "You joined from another device or were moved."
        case .disconnected: "You were disconnected."
        case .channelDeleted: "The channel was deleted."
        case .permission: "Your rights in this channel have changed."
        case .unreachable(let port): "UDP port \(port) is unreachable."
        case .mediaLost(let reason): "The media connection was lost (\(reason.rawValue))."
        case .offerRefused(let refusal): refusal.description
        case .draining: "The server is restarting."
        }
    }

    var payload: JSONValue {
        var object = JSONObject([("code", .string(code)), ("message", .string(message))])
        switch self {
        case .moved(let channel): object["channel_id"] = .idOrNull(channel)
        case .unreachable(let port): object["port"] = .int(Int64(port))
        case .mediaLost(let reason): object["reason"] = .string(reason.rawValue)
        case .offerRefused(let refusal): object["reason"] = .string(refusal.code)
        case .disconnected, .channelDeleted, .permission, .draining: break
        }
        return .object(object)
    }
}
