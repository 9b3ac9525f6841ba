import Control
import NIOCore
import SFU

@testable import Control
@testable import Signaling

/// A `VoicePlane` with everything outside it made up: names and numbers count, offers are answered without reading them.
struct VoiceBench {
    static let guild = Snowflake(1)
    static let start = ContinuousClock.now

    var plane: VoicePlane
    var now = VoiceBench.start
    /// Time between two messages: so long that rooms are told at once. Tests of what comes thick set it to zero.
    var pause = RoomChanges.interval
    /// What the last message led to.
    var actions: [VoiceAction] = []

    init() {
        let numbers = Numbers()
        plane = VoicePlane(
            environment: VoicePlane.Environment(
                configuration: VoiceConfiguration(), token: { "t\(numbers.next())" }, nextPeer: { PeerID(numbers.next()) },
                port: { _ in 8089 },
                negotiate: { offer, _, state in Self.negotiate(offer, state) }))
    }

    /// An offer's text is the client's certificate here: another text is another RTCPeerConnection. "bad" is refused.
    private static func negotiate(_ offer: VoiceOffer, _ state: NegotiationState?) -> Result<Negotiation, AnswerRefusal> {
        guard offer.sdp != "bad" else { return .failure(.bundleRequired) }
        let fingerprint = Fingerprint(algorithm: .sha256, bytes: Array(offer.sdp.utf8))
        let remote = ICECredentials(ufrag: "remote", password: "password")
        var generator = SystemRandomNumberGenerator()
        let next = state ?? NegotiationState(remote: remote, fingerprint: fingerprint, using: &generator)
        guard next.fingerprint == fingerprint else { return .failure(.fingerprintChanged) }
        return .success(
            Negotiation(
                answer: "answer", sections: Sections(), localICE: next.localICE, remoteICE: remote, remoteFingerprint: fingerprint,
                isICERestart: false, state: next))
    }

    static func rights(connect: Bool = true, speak: Bool = true, stream: Bool = true, muted: Bool = false) -> VoiceRights {
        var rights = VoiceRights.none(in: guild)
        rights.view = true
        rights.connect = connect
        rights.speak = speak
        rights.stream = stream
        rights.isServerMuted = muted
        rights.publishTier = stream ? tier : nil
        rights.watchTier = tier
        rights.watchTiers = [tier]
        return rights
    }

    static let tier = StreamTier(
        id: Snowflake(77), guildID: guild, name: "Medium", width: 1280, height: 720, framerate: 30, bitrate: 1_500_000,
        publishRoles: [guild],
        watchRoles: [guild])

    static func member(_ user: UInt64, _ rights: VoiceRights = rights()) -> VoiceMember {
        VoiceMember(
            user: Snowflake(user), username: "user\(user)", nick: nil, avatar: nil, selfMute: false, selfDeaf: false, rights: rights,
            tiers: [tier], publishTiers: rights.stream ? [tier] : [])
    }

    static func admission(_ user: UInt64, _ channel: UInt64, token: String, _ rights: VoiceRights = rights()) -> VoiceAdmission {
        VoiceAdmission(
            token: Secret(token), guild: guild, channel: Snowflake(channel), sessionID: "session\(user)", member: member(user, rights))
    }

    static func identify(_ user: UInt64, token: String) -> JSONValue {
        [
            "op": 0,
            "d": [
                "server_id": .id(guild), "user_id": .string(String(user)), "session_id": .string("session\(user)"), "token": .string(token),
            ],
        ]
    }

    static func offer(_ text: String = "offer") -> JSONValue {
        ["op": 1, "d": ["protocol": "webrtc", "sdp": .string(text), "negotiation": 1, "publish": [:], "slots": [:]]]
    }

    // MARK: Doing

    @discardableResult
    mutating func tell(_ message: VoicePlaneMessage) -> [VoiceAction] {
        actions = plane.handle(message, at: now)
        now += pause
        return actions
    }

    @discardableResult
    mutating func send(_ message: JSONValue, on socket: UInt64) -> [VoiceAction] {
        tell(.received(ByteBuffer(bytes: message.bytes), socket))
    }

    /// Joins a user on a socket up to Ready, and to media if `offers`.
    mutating func join(_ user: UInt64, _ channel: UInt64 = 10, on socket: UInt64, offers: Bool = true, _ rights: VoiceRights = rights()) {
        tell(.admit(Self.admission(user, channel, token: "token\(user)-\(socket)", rights)))
        tell(.opened(socket))
        send(Self.identify(user, token: "token\(user)-\(socket)"), on: socket)
        if offers { send(Self.offer(), on: socket) }
    }

    func peer(of user: UInt64) -> PeerID? { plane.sessions[Snowflake(user)]?.peer }

    // MARK: Reading

    /// Messages of the last step to a socket, by opcode.
    func messages(to socket: UInt64) -> [(op: Int, d: JSONValue)] {
        actions.compactMap { action in
            guard case .send(let frame, socket) = action, let message = try? JSONValue(parsing: frame.readableBytesView) else { return nil }
            return (message["op"]?.asInt ?? -1, message["d"] ?? .null)
        }
    }

    func closes(_ socket: UInt64) -> UInt16? {
        for case .close(socket, let code, _) in actions { return code.rawValue }
        return nil
    }

    var commands: [Command] {
        actions.compactMap { if case .media(let command) = $0 { command } else { nil } }
    }

    var reports: [VoiceReport] {
        actions.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }
}

/// 1, 2, 3 …
private final class Numbers: Sendable {
    private let last = SnowflakeGenerator(clock: Clock { Timestamp(milliseconds: Snowflake.epochMilliseconds) })

    func next() -> UInt64 { last.next().rawValue }
}
