import Control
import NIOCore

// From a socket's HELLO to its end, and the commands of clients.
extension Gateway {
    func greet(_ socket: WebSocketConnection) {
        sockets[socket.id] = .greeted
        socket.expect(within: configuration.identifyTimeout, orClose: .sessionTimedOut, reason: "identify within 10 s")
        send(.hello, ["heartbeat_interval": .int(configuration.heartbeatInterval.milliseconds)], to: socket)
    }

    /// A control message: no sequence number, not replayed.
    func send(_ opcode: GatewayOpcode, _ data: JSONValue, to socket: WebSocketConnection) {
        let frame: JSONValue = ["op": .int(Int64(opcode.rawValue)), "t": .null, "s": .null, "d": data]
        socket.send(ByteBuffer(bytes: frame.bytes))
    }

    func messageArrived(_ text: ByteBuffer, on socket: WebSocketConnection) {
        guard let stage = sockets[socket.id] else { return }
        guard let message = try? JSONValue(parsing: text.readableBytesView), let number = message["op"]?.asInt else {
            return socket.close(.decodeError, reason: "not a gateway message")
        }
        guard let opcode = GatewayOpcode(rawValue: number) else { return socket.close(.unknownOpcode, reason: "unknown opcode \(number)") }
        let data = message["d"] ?? .null
        switch opcode {
        case .heartbeat: heartbeat(data, stage, on: socket)
        case .identify: identify(data, stage, on: socket)
        case .resume: resume(data, stage, on: socket)
        case .presenceUpdate, .voiceStateUpdate, .requestGuildMembers:
            guard case .open(let session) = stage else { return socket.close(.notAuthenticated, reason: "identify first") }
            command(opcode, data, session, on: socket)
        case .dispatch, .reconnect, .invalidSession, .hello, .heartbeatACK:
            socket.close(.unknownOpcode, reason: "opcode \(number) is for servers")
        }
    }

    private func command(_ opcode: GatewayOpcode, _ data: JSONValue, _ session: String, on socket: WebSocketConnection) {
        guard data.asObject != nil else { return socket.close(.decodeError, reason: "d must be an object") }
        switch opcode {
        case .voiceStateUpdate: updateVoiceState(data, session, on: socket)
        case .requestGuildMembers: requestMembers(data, session)
        default: break  // Presence is accepted and shown to nobody yet.
        }
    }

    /// Answered before Identify too: discord.py sends its first heartbeat at once.
    private func heartbeat(_ sequence: JSONValue, _ stage: SocketStage, on socket: WebSocketConnection) {
        if case .open(let session) = stage {
            expectHeartbeat(on: socket)
            if let sequence = sequence.asInt { sessions[session]?.replay.acknowledge(sequence) }
        }
        send(.heartbeatACK, .null, to: socket)
    }

    func expectHeartbeat(on socket: WebSocketConnection) {
        socket.expect(within: configuration.heartbeatInterval * 3 / 2, orClose: .sessionTimedOut, reason: "no heartbeat")
    }

    func socketClosed(_ socket: WebSocketConnection, _ code: CloseCode?) {
        pending[socket.id] = nil
        guard case .open(let id) = sockets.removeValue(forKey: socket.id) else { return }
        guard sessions[id]?.socket?.id == socket.id else { return }
        // A client that says good-bye (closed page, left) is not waited for; one whose connection just ended is.
        if code == .normal || code == .goingAway {
            endSession(id, voice: .left)
        } else {
            sessions[id]?.socket = nil
            sessions[id]?.detachedAt = .now
        }
    }

    func drain(_ socket: WebSocketConnection) {
        send(.reconnect, .null, to: socket)
        socket.close(.goingAway, reason: "the server is shutting down")
    }

    func expireSessions(at now: ContinuousClock.Instant) {
        for (id, session) in sessions {
            guard let since = session.detachedAt, now - since >= configuration.resumeTimeout else { continue }
            endSession(id)
        }
    }
}
