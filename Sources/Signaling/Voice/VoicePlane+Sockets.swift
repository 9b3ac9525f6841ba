import Control
import NIOCore
import SFU

// From a socket's Hello to its end, and its client's messages.
extension VoicePlane {
    mutating func greet(_ socket: UInt64) {
        sockets[socket] = .some(nil)
        let timeout = environment.configuration.identifyTimeout
        actions.append(.expect(socket, within: timeout, .sessionTimedOut, "identify within 10 s"))
        send(.hello, ["v": 1, "heartbeat_interval": .int(environment.configuration.heartbeatInterval.milliseconds)], toSocket: socket)
    }

    private mutating func expectHeartbeat(_ socket: UInt64) {
        let timeout = environment.configuration.heartbeatInterval * 3 / 2
        actions.append(.expect(socket, within: timeout, .sessionTimedOut, "no heartbeat"))
    }

    mutating func messageArrived(_ bytes: ByteBuffer, on socket: UInt64, at now: ContinuousClock.Instant) {
        guard let owner = sockets[socket] else { return }
        do throws(VoiceProtocolError) {
            let command = try VoiceCommand(parsing: bytes.readableBytesView)
            guard let user = owner else { return try greeted(command, socket, at: now) }
            try commanded(command, user, socket)
        } catch {
            actions.append(.close(socket, error.code, error.reason))
        }
    }

    /// Before Identify.
    private mutating func greeted(_ command: VoiceCommand, _ socket: UInt64, at now: ContinuousClock.Instant) throws(VoiceProtocolError) {
        switch command {
        case .identify(let identify): try join(identify, socket, at: now)
        case .resume(let session, let token, let sequence): try resume(session, token, sequence, socket)
        case .heartbeat(let t, _): send(.heartbeatACK, ["t": t], toSocket: socket)
        case .selectProtocol, .video, .subscribe, .statistics:
            throw VoiceProtocolError(code: .notAuthenticated, reason: "identify first")
        }
    }

    private mutating func commanded(_ command: VoiceCommand, _ user: Snowflake, _ socket: UInt64) throws(VoiceProtocolError) {
        switch command {
        case .identify, .resume: throw VoiceProtocolError(code: .alreadyAuthenticated, reason: "identified twice")
        case .heartbeat(let t, let acknowledged):
            expectHeartbeat(socket)
            if let acknowledged { sessions[user]?.outbox.acknowledge(acknowledged) }
            send(.heartbeatACK, ["t": t], to: user)
        case .selectProtocol(let offer): offered(offer, by: user)
        case .video(let tracks): setInactive(tracks, of: user)
        case .subscribe(let auto, let wishes): subscribe(user, auto, wishes)
        case .statistics: askStatistics(user)
        }
    }

    // MARK: Identify and Resume

    private mutating func join(_ identify: VoiceIdentify, _ socket: UInt64, at now: ContinuousClock.Instant) throws(VoiceProtocolError) {
        guard let (admission, expires) = admissions[identify.user], admission.token.matches(identify.token), expires > now,
            admission.guild == identify.guild, admission.sessionID == identify.sessionID,
            identify.channel ?? admission.channel == admission.channel
        else { throw VoiceProtocolError(code: .authenticationFailed, reason: "the token is not valid") }
        admissions[identify.user] = nil  // It works once.
        let user = identify.user
        let session = VoiceSessionState(
            id: environment.token(), resumeToken: Secret(environment.token()), guild: admission.guild, channel: admission.channel,
            member: admission.member, socket: socket)
        sessions[user] = session
        sockets[socket] = user
        expectHeartbeat(socket)
        enter(session)
        actions.append(.report(.opened(user: user, channel: session.channel)))
    }

    private mutating func resume(_ id: String, _ token: String, _ sequence: Int, _ socket: UInt64) throws(VoiceProtocolError) {
        guard let session = sessions.values.first(where: { $0.id == id }), session.resumeToken.matches(token) else {
            throw VoiceProtocolError(code: .sessionInvalid, reason: "no such session")
        }
        let user = session.member.user
        if let old = session.socket {
            sockets[old] = nil
            actions.append(.close(old, .sessionInvalid, "resumed on another connection"))
        }
        sessions[user]?.socket = socket
        sessions[user]?.detachedAt = nil
        sockets[socket] = user
        expectHeartbeat(socket)
        send(.resumed, .object(JSONObject()), to: user)
        if let missed = session.outbox.after(sequence) {
            for frame in missed { actions.append(.send(frame, to: socket)) }
        } else {
            sendWholeState(to: user)
        }
        if session.peer != nil { send(.layers, sessions[user]?.layersPayload ?? .null, to: user) }
    }

    /// What a client needs to know when it missed more than is kept.
    private mutating func sendWholeState(to user: Snowflake) {
        guard let session = sessions[user], let tracks = rooms[session.channel]?.trackList else { return }
        let people = participantList(of: session.channel)
        send(.participantUpdate, ByteBuffer(object: [("whole", ByteBuffer(string: "true")), ("participants", people)]), to: user)
        send(.tracks, ByteBuffer(object: [("tracks", tracks)]), to: user)
        send(.slots, session.slotsPayload, to: user)
    }

    // MARK: The end of a socket

    mutating func socketClosed(_ socket: UInt64, _ code: CloseCode?, at now: ContinuousClock.Instant) {
        guard let owner = sockets.removeValue(forKey: socket), let user = owner, sessions[user]?.socket == socket else { return }
        sessions[user]?.socket = nil
        sessions[user]?.detachedAt = now
        // A client that says good-bye has left; one whose connection just ended may come back. Without media there is nothing to keep.
        if code == .normal || code == .goingAway {
            endSession(user, report: .left)
        }
    }

    mutating func drain(_ socket: UInt64) {
        if let owner = sockets[socket], let user = owner { send(.notice, VoiceNotice.draining.payload, to: user) }
        actions.append(.close(socket, .draining, "the server is shutting down"))
    }
}
