import LoadGenerator

/// A client of the main gateway: Hello, Identify, READY; then it beats when told to, and hands on what it is told about voice.
final class GatewayClient {
    var onReady: (Bool) -> Void = { _ in }
    /// VOICE_SERVER_UPDATE's token; `nil` where the join was refused.
    var onVoiceServer: (String?) -> Void = { _ in }
    var onBeat: (Bool) -> Void = { _ in }
    /// The socket ended by itself.
    var onEnd: (String) -> Void = { _ in }
    private(set) var session = ""
    private(set) var isReady = false
    private var sequence = 0
    private let socket: WebSocketStream
    private let token: String

    init(_ poll: EventPoll, port: UInt16, person: Inhabitant) throws {
        token = person.token
        socket = try WebSocketStream(poll, port: port, path: "/gateway?v=10&encoding=json", from: person.address)
        socket.onText = { [weak self] in self?.heard($0) }
        socket.onEnd = { [weak self] code, why in self?.ended(code, why) }
    }

    func beat(_ done: @escaping (Bool) -> Void) {
        onBeat = done
        socket.send(#"{"op":1,"d":\#(sequence)}"#)
    }

    /// Op 4; `nil` leaves.
    func voice(guild: String, channel: String?) {
        let channel = channel.map { "\"\($0)\"" } ?? "null"
        socket.send(#"{"op":4,"d":{"guild_id":"\#(guild)","channel_id":\#(channel),"self_mute":false,"self_deaf":false}}"#)
    }

    func close() { socket.close() }

    private func heard(_ message: String) {
        let text = Array(message.utf8)[...]
        switch FieldScan.int("op", in: text) {
        case 0: dispatched(text)
        case 10: socket.send(#"{"op":2,"d":{"token":"\#(token)","properties":{}}}"#)
        case 11:
            let done = onBeat
            onBeat = { _ in }
            done(true)
        default: break
        }
    }

    private func dispatched(_ text: ArraySlice<UInt8>) {
        sequence = FieldScan.int("s", in: text) ?? sequence
        switch FieldScan.string("t", in: text) {
        case "READY":
            session = FieldScan.string("session_id", in: text) ?? ""
            isReady = true
            let done = onReady
            onReady = { _ in }
            done(true)
        case "VOICE_SERVER_UPDATE": onVoiceServer(FieldScan.string("token", in: text))
        case "VOICE_JOIN_REFUSED": onVoiceServer(nil)
        default: break
        }
    }

    private func ended(_ code: Int, _ why: String) {
        let (ready, beat) = (onReady, onBeat)
        onReady = { _ in }
        onBeat = { _ in }
        isReady = false
        ready(false)
        beat(false)
        onEnd("\(code) \(why)")
    }
}
