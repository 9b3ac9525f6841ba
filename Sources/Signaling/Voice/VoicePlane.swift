import Control
import NIOCore
import SFU

/// All voice sessions and rooms, as a value: it is told what happened and when, and answers what is to be done.
///
/// It does no I/O and reads no clock, so a hundred thousand random signalling sequences run through it in a test. The rule it keeps is that
/// media exists only for a member whom the main gateway admitted, who identified with the token, and whose offer was answered; and that
/// the media server knows the member's rights before the first packet.
struct VoicePlane {
    /// What the outside provides; tests provide their own.
    struct Environment: Sendable {
        var configuration: VoiceConfiguration
        /// A name that nobody can guess.
        var token: @Sendable () -> String
        /// A media connection's number, never used before.
        var nextPeer: @Sendable () -> PeerID
        /// The UDP port of the session's media.
        var port: @Sendable (VoiceSessionState) -> UInt16
        /// Answers a session's offer, from what was negotiated before or anew.
        var negotiate: @Sendable (VoiceOffer, VoiceSessionState, NegotiationState?) -> Result<Negotiation, AnswerRefusal>
    }

    let environment: Environment
    /// Sockets, and whose session each carries; `nil` before Identify or Resume.
    var sockets: [UInt64: Snowflake?] = [:]
    /// One per user: a user is in one channel, from one device.
    var admissions: [Snowflake: (admission: VoiceAdmission, expires: ContinuousClock.Instant)] = [:]
    var sessions: [Snowflake: VoiceSessionState] = [:]
    var rooms: [Snowflake: VoiceRoomState] = [:]
    var owners: [PeerID: Snowflake] = [:]
    /// Questions for statistics on their way: whose.
    var tickets: [UInt64: Snowflake] = [:]
    var lastTicket: UInt64 = 0
    /// Channels in which something changed by the message at hand.
    var touched: Set<Snowflake> = []
    /// The answer under construction.
    var actions: [VoiceAction] = []

    init(environment: Environment) {
        self.environment = environment
    }

    /// The one way in.
    mutating func handle(_ message: VoicePlaneMessage, at now: ContinuousClock.Instant) -> [VoiceAction] {
        actions.removeAll(keepingCapacity: true)
        switch message {
        case .opened(let socket): greet(socket)
        case .received(let bytes, let socket): messageArrived(bytes, on: socket, at: now)
        case .closed(let socket, let code): socketClosed(socket, code, at: now)
        case .draining(let socket): drain(socket)
        case .admit(let admission): admit(admission, at: now)
        case .update(let member): update(member)
        case .expel(let user, let farewell): expel(user, farewell)
        case .introduce(let member, let channel): introduce(member, in: channel)
        case .media(let event): mediaReported(event, at: now)
        case .due(let channel):
            rooms[channel]?.changes.woke()
            touched.insert(channel)
        case .tick: expire(at: now)
        }
        tellRooms(at: now)
        return actions
    }

    // MARK: Sending

    /// A message to one session: numbered and kept, or, where transient, only sent.
    mutating func send(_ opcode: VoiceOpcode, _ data: JSONValue, to user: Snowflake) {
        send(opcode, ByteBuffer(bytes: data.bytes), to: user)
    }

    mutating func send(_ opcode: VoiceOpcode, _ data: ByteBuffer, to user: Snowflake) {
        // In place: a copy of the session would make the outbox copy all it keeps.
        guard let index = sessions.index(forKey: user) else { return }
        let socket = sessions.values[index].socket
        if opcode.isTransient {
            guard let socket else { return }
            actions.append(.send(VoiceOutbox.frame(opcode, data), to: socket))
        } else {
            let frame = sessions.values[index].outbox.append(opcode, data)
            if let socket { actions.append(.send(frame, to: socket)) }
        }
    }

    /// To everybody in a channel, in the order of their ids; written once.
    mutating func broadcast(_ opcode: VoiceOpcode, _ data: JSONValue, in channel: Snowflake, except: Snowflake? = nil) {
        broadcast(opcode, ByteBuffer(bytes: data.bytes), in: channel, except: except)
    }

    mutating func broadcast(_ opcode: VoiceOpcode, _ data: ByteBuffer, in channel: Snowflake, except: Snowflake? = nil) {
        for user in rooms[channel]?.members.sorted() ?? [] where user != except { send(opcode, data, to: user) }
    }

    /// To a socket that carries no session yet.
    mutating func send(_ opcode: VoiceOpcode, _ data: JSONValue, toSocket socket: UInt64) {
        actions.append(.send(VoiceOutbox.frame(opcode, ByteBuffer(bytes: data.bytes)), to: socket))
    }
}

/// `VoiceMessage` with sockets by number.
enum VoicePlaneMessage {
    case opened(UInt64)
    case received(ByteBuffer, UInt64)
    case closed(UInt64, CloseCode?)
    case draining(UInt64)
    case admit(VoiceAdmission)
    case update(VoiceMember)
    case expel(user: Snowflake, VoiceFarewell)
    case introduce(VoiceMember, channel: Snowflake)
    case media(Event)
    case due(channel: Snowflake)
    case tick
}
