import Control
import SFU

/// A client's message on the voice gateway, understood.
enum VoiceCommand: Equatable {
    case identify(VoiceIdentify)
    case selectProtocol(VoiceOffer)
    case heartbeat(t: JSONValue, acknowledged: Int?)
    case resume(session: String, token: String, sequence: Int)
    case video([TrackSource: Bool])
    case subscribe(auto: Bool, [VoiceWish])
    case statistics
}

struct VoiceIdentify: Equatable {
    var guild: Snowflake
    var channel: Snowflake?
    var user: Snowflake
    var sessionID: String
    var token: String
}

struct VoiceOffer: Equatable {
    var sdp: String
    var negotiation: Int
    var roles: SectionRoles
}

/// A line of Subscribe. The tier is kept by id, since what a tier means can change while it is watched.
struct VoiceWish: Equatable {
    var track: TrackID
    var tier: Snowflake?
    var priority: UInt8
    var paused: Bool
}

/// Why a client's message closes its socket.
struct VoiceProtocolError: Error, Equatable {
    var code: CloseCode
    var reason: String

    static func malformed(_ reason: String) -> VoiceProtocolError { VoiceProtocolError(code: .decodeError, reason: reason) }
}

extension VoiceCommand {
    /// Chosen: a room of hundreds, each with a camera and a screen.
    private static let wishLimit = 512

    /// Reads `{"op","d"}`.
    init(parsing bytes: some Sequence<UInt8>) throws(VoiceProtocolError) {
        guard let message = try? JSONValue(parsing: bytes), let number = message["op"]?.asInt else {
            throw .malformed("not a voice gateway message")
        }
        let data = message["d"] ?? .null
        switch VoiceOpcode(rawValue: number) {
        case .identify: self = .identify(try VoiceIdentify(data))
        case .selectProtocol: self = .selectProtocol(try VoiceOffer(data))
        case .heartbeat: self = .heartbeat(t: data["t"] ?? .null, acknowledged: data["seq_ack"]?.asInt)
        case .resume: self = try Self.resume(data)
        case .video: self = try Self.video(data)
        case .subscribe: self = try Self.subscribe(data)
        case .statistics: self = .statistics
        default: throw VoiceProtocolError(code: .unknownOpcode, reason: "unknown opcode \(number)")
        }
    }

    private static func resume(_ data: JSONValue) throws(VoiceProtocolError) -> VoiceCommand {
        guard let session = data["session_id"]?.asString, let token = data["token"]?.asString else {
            throw .malformed("session_id and token are needed")
        }
        return .resume(session: session, token: token, sequence: data["seq_ack"]?.asInt ?? 0)
    }

    private static func video(_ data: JSONValue) throws(VoiceProtocolError) -> VoiceCommand {
        var tracks: [TrackSource: Bool] = [:]
        for track in data["tracks"]?.asArray ?? [] {
            guard let source = track["source"]?.asString.flatMap(TrackSource.init), let active = track["active"]?.asBool else {
                throw .malformed("a track needs source and active")
            }
            tracks[source] = active
        }
        return .video(tracks)
    }

    private static func subscribe(_ data: JSONValue) throws(VoiceProtocolError) -> VoiceCommand {
        let lines = data["subscriptions"]?.asArray ?? []
        guard lines.count <= wishLimit else { throw .malformed("at most \(wishLimit) subscriptions") }
        var wishes: [VoiceWish] = []
        for line in lines { wishes.append(try VoiceWish(line)) }
        return .subscribe(auto: data["auto"]?.asBool ?? true, wishes)
    }
}

extension VoiceIdentify {
    fileprivate init(_ data: JSONValue) throws(VoiceProtocolError) {
        guard let guild = data["server_id"]?.asSnowflake, let user = data["user_id"]?.asSnowflake,
            let session = data["session_id"]?.asString, let token = data["token"]?.asString
        else { throw .malformed("server_id, user_id, session_id and token are needed") }
        self.init(guild: guild, channel: data["channel_id"]?.asSnowflake, user: user, sessionID: session, token: token)
    }
}

extension VoiceOffer {
    fileprivate init(_ data: JSONValue) throws(VoiceProtocolError) {
        guard data["protocol"]?.asString ?? "webrtc" == "webrtc" else { throw .malformed("the protocol is webrtc") }
        guard let sdp = data["sdp"]?.asString else { throw .malformed("sdp is missing") }
        var roles = SectionRoles()
        for (mid, value) in data["publish"]?.asObject?.members ?? [] {
            guard let source = value.asString.flatMap(TrackSource.init) else { throw .malformed("unknown source for mid") }
            roles.publish[mid] = source
        }
        for (mid, value) in data["slots"]?.asObject?.members ?? [] {
            guard let purpose = value.asString.flatMap(SlotPurpose.init) else { throw .malformed("unknown purpose for mid") }
            roles.slots[mid] = purpose
        }
        self.init(sdp: sdp, negotiation: data["negotiation"]?.asInt ?? 0, roles: roles)
    }
}

extension VoiceWish {
    fileprivate init(_ line: JSONValue) throws(VoiceProtocolError) {
        guard let user = line["user_id"]?.asSnowflake, let source = line["source"]?.asString.flatMap(TrackSource.init) else {
            throw .malformed("a subscription needs user_id and source")
        }
        let standard: UInt8 = source == .screen ? 200 : 100
        self.init(
            track: TrackID(participant: ParticipantID(user.rawValue), source: source), tier: line["tier"]?.asSnowflake,
            priority: line["priority"]?.asInt.map { UInt8(clamping: $0) } ?? standard, paused: line["paused"]?.asBool ?? false)
    }
}
