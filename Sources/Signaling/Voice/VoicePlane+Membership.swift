import Control
import NIOCore
import SFU

// Who is in which channel, and what each may do.
extension VoicePlane {
    /// The main gateway lets a member in. A session that the user has, wherever, ends: one moves by joining.
    mutating func admit(_ admission: VoiceAdmission, at now: ContinuousClock.Instant) {
        let user = admission.member.user
        endSession(user, notice: .moved(to: admission.channel))
        admissions[user] = (admission, now + environment.configuration.tokenLifetime)
    }

    mutating func expel(_ user: Snowflake, _ farewell: VoiceFarewell) {
        admissions[user] = nil
        switch farewell {
        case .left: endSession(user)
        case .sessionOver: endSession(user, code: .sessionInvalid, "the main gateway's session is over")
        case .notice(let notice): endSession(user, notice: notice)
        }
    }

    mutating func expire(at now: ContinuousClock.Instant) {
        for (user, entry) in admissions where entry.expires <= now { admissions[user] = nil }
        for (user, session) in sessions {
            guard let since = session.detachedAt, now - since >= environment.configuration.resumeTimeout else { continue }
            endSession(user, report: .timedOut)
        }
    }

    /// A new session takes its place in the room and hears of the others; they hear of it.
    mutating func enter(_ session: VoiceSessionState) {
        let (user, channel) = (session.member.user, session.channel)
        rooms[channel, default: VoiceRoomState()].guests[user] = nil
        rooms[channel, default: VoiceRoomState()].members.insert(user)
        personCame(user, in: channel)
        let (participants, tracks) = (participantList(of: channel), rooms[channel, default: VoiceRoomState()].trackList)
        let seat = session.ready(port: environment.port(session), slots: environment.configuration.slots)
        let own = seat.members.map { (key: $0.key, value: ByteBuffer(bytes: $0.value.bytes)) }
        send(.ready, ByteBuffer(object: own + [("participants", participants), ("tracks", tracks)]), to: user)
    }

    /// Ends a session: its media, its place in the room, its socket. `notice` says why where the client did not ask for it; `report` where
    /// the main gateway does not know yet.
    mutating func endSession(
        _ user: Snowflake, notice: VoiceNotice? = nil, code: CloseCode = .disconnected, _ reason: String = "left",
        report: VoiceSession.EndReason? = nil
    ) {
        guard let session = sessions[user] else { return }
        if let notice { send(.notice, notice.payload, to: user) }
        if let socket = session.socket {
            sockets[socket] = .some(nil)
            actions.append(.close(socket, code, notice?.message ?? reason))
        }
        sessions[user] = nil
        if let peer = session.peer { close(peer, in: session.channel) }
        leave(user, session)
        if let report { actions.append(.report(.ended(user: user, channel: session.channel, report))) }
    }

    private mutating func leave(_ user: Snowflake, _ session: VoiceSessionState) {
        let channel = session.channel
        rooms[channel]?.members.remove(user)
        if rooms[channel]?.publishes(user) == true {
            rooms[channel]?.guests[user] = .some(session.member)  // WHIP goes on without the page.
        } else {
            personChanged(user, in: channel)
        }
        if rooms[channel]?.isEmpty == true { rooms[channel] = nil }
    }

    /// Closes a media connection and takes its tracks away at once, without waiting for the media server to say so.
    mutating func close(_ peer: PeerID, in channel: Snowflake) {
        owners[peer] = nil
        actions.append(.media(.closePeer(peer)))
        removeTracks(of: peer, in: channel)
    }

    /// What is known of a member has changed.
    mutating func update(_ member: VoiceMember) {
        let user = member.user
        admissions[user]?.admission.member = member
        guard let session = sessions[user] else { return }
        let old = session.member
        guard member != old else { return }
        sessions[user]?.member = member
        if let peer = session.peer {
            if member.peerRights != old.peerRights { actions.append(.media(.setRights(peer, member.peerRights))) }
            if member.tiers != old.tiers, !session.wishes.isEmpty, let session = sessions[user] {
                actions.append(.media(.subscribe(peer, session.subscriptions)))
            }
            if member.mayShow != old.mayShow || member.rights.publishTier != old.rights.publishTier { sendHints(to: user) }
        }
        if old.rights.speak && !member.rights.speak || old.mayShow && !member.mayShow {
            send(.notice, VoiceNotice.permission.payload, to: user)
        }
        if let room = rooms[session.channel], member.payload(in: room) != old.payload(in: room) {
            personChanged(user, in: session.channel)
        }
    }

    // MARK: Guests: publishers without a voice session

    mutating func introduce(_ member: VoiceMember, in channel: Snowflake) {
        guard rooms[channel]?.guests.keys.contains(member.user) == true else { return }
        rooms[channel]?.guests[member.user] = .some(member)
        personCame(member.user, in: channel)
    }
}
