import LoadGenerator

/// One person on both gateways of Parley, as the page is (docs/voice-gateway.md). One thread at a time: whoever makes it hands it to the keeper.
final class VoiceSession: @unchecked Sendable {
    private let gateway: WebSocketClient
    private let voice: WebSocketClient

    private struct Message<Data: Encodable>: Encodable {
        var op: Int
        var d: Data
    }

    /// The fields of all messages that matter here.
    private struct Received: Decodable {
        struct Data: Decodable {
            var session_id: String?
            var token: String?
            var sdp: String?
            var code: String?
            var message: String?
        }
        var op: Int
        var t: String?
        var d: Data?
    }
    /// Of messages whose data may be anything.
    private struct Kind: Decodable {
        var op: Int
        var t: String?
    }

    private struct GatewayIdentify: Encodable {
        var token: String
        var properties = ParleyServer.Nothing()
    }
    private struct VoiceState: Encodable {
        var guild_id, channel_id: String
        var self_mute = false
        var self_deaf = false
    }
    private struct VoiceIdentify: Encodable { var server_id, channel_id, user_id, session_id, token: String }
    private struct SelectProtocol: Encodable {
        var `protocol` = "webrtc"
        var sdp: String
        var negotiation = 1
        var publish: [String: String]
        var slots: [String: String]
    }
    private struct Subscribe: Encodable {
        var auto: Bool
        var subscriptions: [String] = []
    }
    private struct Beat: Encodable { var t = 1 }

    /// Goes into the channel, up to Ready.
    init(_ server: ParleyServer, _ account: ParleyServer.Account, guild: String, channel: String) throws {
        gateway = try WebSocketClient(server.http, "/gateway")
        try Self.send(2, GatewayIdentify(token: account.access_token), gateway)
        let ready = try Self.wait(gateway) { $0.t == "READY" }
        guard let session = ready.session_id else { throw BenchError("READY without a session") }
        try Self.send(4, VoiceState(guild_id: guild, channel_id: channel), gateway)
        let server = (try Self.wait(gateway) { $0.t == "VOICE_SERVER_UPDATE" || $0.t == "VOICE_JOIN_REFUSED" }, server)
        guard let token = server.0.token else { throw BenchError("not let into the channel: \(server.0.message ?? "")") }
        voice = try WebSocketClient(server.1.http, "/voice")
        let identify = VoiceIdentify(server_id: guild, channel_id: channel, user_id: account.user.id, session_id: session, token: token)
        try Self.send(0, identify, voice)
        _ = try Self.wait(voice) { $0.op == 2 }
    }

    /// Makes the media connection.
    /// - Parameters:
    ///   - publish: sources by mid; `slots`: purposes by mid.
    ///   - isAdapting: whether the server chooses layers by what it knows of the path. Otherwise everybody gets the best one allowed.
    func connect(_ offer: SessionOffer, publish: [String: String], slots: [String: String], isAdapting: Bool) throws -> RemoteParameters {
        try Self.send(102, Subscribe(auto: isAdapting), voice)
        try Self.send(1, SelectProtocol(sdp: offer.text(), publish: publish, slots: slots), voice)
        let answer = try Self.wait(voice) { $0.op == 4 || $0.op == 107 }
        guard let sdp = answer.sdp else { throw BenchError("the offer was refused: \(answer.code ?? "") \(answer.message ?? "")") }
        return try RemoteParameters(sdp: sdp, preferring: Laboratory.address)
    }

    // MARK: Afterwards, the keeper's

    /// Forgets what has come.
    func discard() throws {
        try gateway.discard()
        try voice.discard()
    }

    func beat() throws {
        try Self.send(1, nil as Int?, gateway)
        try Self.send(3, Beat(), voice)
    }

    private static func send(_ op: Int, _ data: some Encodable, _ socket: WebSocketClient) throws {
        try socket.send(try JSON.encode(Message(op: op, d: data)))
    }

    private static func wait(_ socket: WebSocketClient, _ isWanted: (Kind) -> Bool) throws -> Received.Data {
        while true {
            let text = try socket.receive()
            let kind: Kind = try JSON.decode(text)
            guard isWanted(kind) else { continue }
            let message: Received = try JSON.decode(text)
            return message.d ?? Received.Data()
        }
    }
}
