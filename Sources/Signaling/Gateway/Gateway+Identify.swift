import Control
import NIOCore

/// A sign-in whose token and memberships are being looked up.
struct PendingSignIn {
    enum Kind {
        case identify(intents: GatewayIntents?, largeThreshold: Int)
        case resume(session: String, sequence: Int)
    }

    let kind: Kind
    let socket: WebSocketConnection
    /// `nil` until the database has answered.
    var answer: Authenticated?
    /// Committed while it was answering, so perhaps unknown to its answer.
    var joined: [(user: Snowflake, guild: Snowflake)] = []
    var revoked: [(user: Snowflake, sessions: [Snowflake]?)] = []
    /// Guilds that READY waits for.
    var awaited: Set<Snowflake> = []

    func isRevoked(_ principal: Principal) -> Bool {
        revoked.contains { $0.user == principal.userID && ($0.sessions?.contains(principal.sessionID) ?? true) }
    }
}

// Identify and Resume.
extension Gateway {
    func identify(_ data: JSONValue, _ stage: SocketStage, on socket: WebSocketConnection) {
        guard stage == .greeted else { return socket.close(.alreadyAuthenticated, reason: "identified twice") }
        guard let token = data.present("token")?.asString else { return socket.close(.decodeError, reason: "token is missing") }
        if let shard = data.present("shard") {
            guard shard == [0, 1] else { return socket.close(.invalidShard, reason: "one shard only") }
        }
        let intents = data.present("intents")?.asInt.flatMap { UInt64(exactly: $0) }.map { GatewayIntents(rawValue: $0) }
        // Discord: 50 … 250, default 50. Ours is 250, since our page does not ask for more.
        let threshold = min(max(data.present("large_threshold")?.asInt ?? 250, 50), 250)
        authenticate(token, .identify(intents: intents, largeThreshold: threshold), on: socket)
    }

    func resume(_ data: JSONValue, _ stage: SocketStage, on socket: WebSocketConnection) {
        guard stage == .greeted else { return socket.close(.alreadyAuthenticated, reason: "identified twice") }
        guard let token = data.present("token")?.asString, let session = data.present("session_id")?.asString,
            let sequence = data.present("seq")?.asInt
        else { return socket.close(.decodeError, reason: "token, session_id and seq are needed") }
        authenticate(token, .resume(session: session, sequence: sequence), on: socket)
    }

    private func authenticate(_ token: String, _ kind: PendingSignIn.Kind, on socket: WebSocketConnection) {
        sockets[socket.id] = .signingIn
        pending[socket.id] = PendingSignIn(kind: kind, socket: socket)
        let (mailbox, services) = (mailbox, services)
        Task {
            mailbox.post(.authenticated(await Self.lookUp(token, services), socket))
        }
    }

    private static func lookUp(_ token: String, _ services: ControlServices) async -> Authenticated? {
        guard let principal = try? await services.authenticator.authenticate(accessToken: token.withoutScheme),
            let user = try? await services.store.user(principal.userID),
            let guilds = try? await services.store.guildIDs(of: principal.userID)
        else { return nil }
        return Authenticated(principal: principal, user: user, guilds: guilds)
    }

    func authenticated(_ answer: Authenticated?, on socket: WebSocketConnection) {
        guard var signIn = pending[socket.id] else { return }
        guard let answer, !signIn.isRevoked(answer.principal) else {
            pending[socket.id] = nil
            return socket.close(.authenticationFailed, reason: "the token is not valid")
        }
        switch signIn.kind {
        case .resume(let session, let sequence):
            pending[socket.id] = nil
            resumed(session, after: sequence, as: answer.principal, on: socket)
        case .identify:
            let joined = signIn.joined.filter { $0.user == answer.principal.userID }.map(\.guild)
            signIn.answer = answer
            signIn.awaited = Set(answer.guilds + joined).filter { guilds[$0] == nil }
            pending[socket.id] = signIn
            signIn.awaited.forEach(load)
            beginIfComplete(socket)
        }
    }

    /// Starts to read a guild, unless it is here or on its way.
    func load(_ id: Snowflake) {
        guard guilds[id] == nil, loading[id] == nil else { return }
        read(id)
    }

    private func read(_ id: Snowflake) {
        loading[id] = LoadingGuild(limit: configuration.eventsWhileAsking)
        let (mailbox, store) = (mailbox, services.store)
        Task {
            mailbox.post(.guildLoaded(id, try? await store.guildSnapshot(id)))
        }
    }

    /// A sign-in during which more was committed than is kept for it: its client tries again.
    func giveUpIfOverfull(_ socket: UInt64) {
        guard let signIn = pending[socket], signIn.joined.count + signIn.revoked.count > configuration.eventsWhileAsking else { return }
        pending[socket] = nil
        logger.warning("a sign-in was given up: the database is too slow for what is committed meanwhile")
        signIn.socket.close(.tryAgainLater, reason: "the server is overloaded")
    }

    func guildLoaded(_ id: Snowflake, _ snapshot: GuildSnapshot?) {
        let state = loading.removeValue(forKey: id)
        if state?.isOverfull == true { return read(id) }
        let missed = state?.events ?? []
        if let snapshot { guilds[id] = GuildState(snapshot) }
        // Some of these the snapshot knows already. They carry whole values in commit order, so applying them again ends in the same state.
        missed.forEach(committed)
        for (socketID, signIn) in pending where signIn.awaited.contains(id) {
            pending[socketID]?.awaited.remove(id)
            beginIfComplete(signIn.socket)
        }
        for watch in watches.values where watch.guild == id { tell(watch) }
        releaseIfUnused(id)
    }

    private func beginIfComplete(_ socket: WebSocketConnection) {
        guard let signIn = pending[socket.id], let answer = signIn.answer, signIn.awaited.isEmpty,
            case .identify(let intents, let threshold) = signIn.kind
        else { return }
        pending[socket.id] = nil
        guard !signIn.isRevoked(answer.principal) else { return socket.close(.authenticationFailed, reason: "the session was revoked") }
        begin(answer, intents, threshold, on: socket)
    }

    private func begin(_ answer: Authenticated, _ intents: GatewayIntents?, _ threshold: Int, on socket: WebSocketConnection) {
        let user = answer.principal.userID
        makeRoom(for: user)
        let session = GatewaySession(
            id: RandomToken.make(), principal: answer.principal, isBot: answer.user.isBot, intents: intents, socket: socket,
            host: socket.host)
        sessions[session.id] = session
        sessionsOfUser[user, default: []].append(session.id)
        sockets[socket.id] = .open(session: session.id)
        expectHeartbeat(on: socket)
        let mine = guilds.values.filter { $0.members[user] != nil }.map(\.guild.id).sorted()
        dispatch("READY", ready(answer.user, session, mine, socket), to: session.id)
        for guild in mine { introduce(guild, to: session.id, threshold: threshold) }
    }

    private func ready(_ user: User, _ session: GatewaySession, _ guilds: [Snowflake], _ socket: WebSocketConnection) -> JSONValue {
        [
            "v": 10, "user": user.ownPayload, "guilds": .array(guilds.map { ["id": .id($0), "unavailable": true] }),
            "session_id": .string(session.id), "session_type": "normal", "resume_gateway_url": .string(gatewayURL(for: socket)),
            "application": ["id": .id(user.id), "flags": 0], "private_channels": [], "shard": [0, 1],
        ]
    }

    /// Without a query, since libraries append theirs (bot-contract §1).
    func gatewayURL(for socket: WebSocketConnection) -> String {
        if let url = configuration.publicURL {
            // https → wss, http → ws
            return "ws" + url.dropFirst(4) + "/gateway"
        }
        return "\(socket.isSecure ? "wss" : "ws")://\(socket.host)/gateway"
    }

    private func resumed(_ id: String, after sequence: Int, as principal: Principal, on socket: WebSocketConnection) {
        guard var session = sessions[id], session.principal.userID == principal.userID, let missed = session.replay.after(sequence) else {
            sockets[socket.id] = .greeted
            // `false`: start anew. The socket stays open for it.
            return send(.invalidSession, false, to: socket)
        }
        if let old = session.socket {
            sockets[old.id] = nil
            old.close(.sessionInvalid, reason: "resumed on another connection")
        }
        session.socket = socket
        session.detachedAt = nil
        session.principal = principal
        session.host = socket.host
        sessions[id] = session
        sockets[socket.id] = .open(session: id)
        expectHeartbeat(on: socket)
        for dispatch in missed { socket.send(dispatch.frame) }
        dispatch("RESUMED", .object(JSONObject()), to: id)
    }

    /// The bound on one user's sessions: the oldest one that nobody uses goes first.
    private func makeRoom(for user: Snowflake) {
        guard let ids = sessionsOfUser[user], ids.count >= configuration.sessionsPerUser else { return }
        let oldest = ids.first { sessions[$0]?.socket == nil } ?? ids[0]
        closeSession(oldest, .sessionInvalid, "too many sessions")
    }

    /// Ends a session and its socket, if it has one.
    func closeSession(_ id: String, _ code: CloseCode, _ reason: String) {
        if let socket = sessions[id]?.socket {
            sockets[socket.id] = nil
            socket.close(code, reason: reason)
        }
        endSession(id)
    }

    /// Forgets a session. The user's voice goes with it, if this was the device in the channel.
    func endSession(_ id: String, voice farewell: VoiceFarewell = .sessionOver) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        let user = session.principal.userID
        sessionsOfUser[user]?.removeAll { $0 == id }
        if sessionsOfUser[user]?.isEmpty == true { sessionsOfUser[user] = nil }
        for guild in session.guilds.keys { audience[guild]?.remove(id) }
        if voiceStates[user]?.sessionID == id { leaveVoice(user, farewell == .left ? .left : .timedOut, farewell) }
        for guild in session.guilds.keys { releaseIfUnused(guild) }
    }

    /// Drops a guild from memory once nobody here needs it.
    func releaseIfUnused(_ id: Snowflake) {
        guard audience[id]?.isEmpty ?? true, !pending.values.contains(where: { $0.answer != nil }),
            !voiceStates.values.contains(where: { $0.guild == id }), !watches.values.contains(where: { $0.guild == id })
        else { return }
        audience[id] = nil
        guilds[id] = nil
    }
}

extension String {
    /// A token as REST clients write it: with `Bearer `, with `Bot `, or bare.
    fileprivate var withoutScheme: String {
        for scheme in ["Bearer ", "Bot "] where hasPrefix(scheme) { return String(dropFirst(scheme.count)) }
        return self
    }
}
