import Control
import SFU

// Offers, and what the media server reports.
extension VoicePlane {
    // MARK: What the client asks for

    /// The first offer opens the media connection; later ones renegotiate it, restart its ICE, or replace it.
    mutating func offered(_ offer: VoiceOffer, by user: Snowflake) {
        guard let session = sessions[user] else { return }
        var result = environment.negotiate(offer, session, session.negotiation)
        if case .failure(.fingerprintChanged) = result, let peer = session.peer {
            // Another certificate is another RTCPeerConnection: the page was reloaded or gave the old one up.
            close(peer, in: session.channel)
            sessions[user]?.forgetMedia()
            result = environment.negotiate(offer, session, nil)
        }
        switch result {
        case .success(let negotiation): answered(negotiation, offer, user)
        case .failure(let refusal): refuse(refusal, user)
        }
    }

    private mutating func answered(_ negotiation: Negotiation, _ offer: VoiceOffer, _ user: Snowflake) {
        guard let session = sessions[user] else { return }
        sessions[user]?.negotiation = negotiation.state
        if let peer = session.peer {
            actions.append(.media(.updateSections(peer, negotiation.sections)))
            if negotiation.isICERestart {
                actions.append(.media(.restartICE(peer, local: negotiation.localICE, remote: negotiation.remoteICE)))
            }
        } else {
            open(negotiation, user)
        }
        let answer: JSONValue = ["sdp": .string(negotiation.answer), "negotiation": .int(Int64(offer.negotiation))]
        send(.sessionDescription, answer, to: user)
        if session.peer == nil { sendHints(to: user) }
    }

    private mutating func open(_ negotiation: Negotiation, _ user: Snowflake) {
        guard let session = sessions[user] else { return }
        let peer = environment.nextPeer()
        sessions[user]?.peer = peer
        owners[peer] = user
        actions.append(
            .media(
                .openPeer(
                    PeerParameters(
                        id: peer, room: session.room, participant: session.participant, localICE: negotiation.localICE,
                        remoteICE: negotiation.remoteICE, remoteFingerprint: negotiation.remoteFingerprint, sections: negotiation.sections,
                        rights: session.member.peerRights))))
        if !session.inactive.isEmpty { actions.append(.media(.setInactive(peer, session.inactive))) }
        if !session.wishes.isEmpty { actions.append(.media(.subscribe(peer, session.subscriptions))) }
        if !session.isAuto { actions.append(.media(.setAuto(peer, false))) }
    }

    /// The socket is closed with a sentence; media that there was goes on, so that the page can come back with a better offer.
    private mutating func refuse(_ refusal: AnswerRefusal, _ user: Snowflake) {
        guard let socket = sessions[user]?.socket else { return }
        send(.notice, VoiceNotice.offerRefused(refusal).payload, to: user)
        actions.append(.close(socket, .offerRefused, refusal.description))
    }

    mutating func setInactive(_ tracks: [TrackSource: Bool], of user: Snowflake) {
        guard var session = sessions[user] else { return }
        for (source, active) in tracks {
            if active { session.inactive.remove(source) } else { session.inactive.insert(source) }
        }
        guard session.inactive != sessions[user]?.inactive else { return }
        sessions[user] = session
        if let peer = session.peer { actions.append(.media(.setInactive(peer, session.inactive))) }
    }

    mutating func subscribe(_ user: Snowflake, _ auto: Bool, _ wishes: [VoiceWish]) {
        guard let old = sessions[user] else { return }
        sessions[user]?.wishes = wishes
        sessions[user]?.isAuto = auto
        guard let session = sessions[user], let peer = session.peer else { return }
        actions.append(.media(.subscribe(peer, session.subscriptions)))
        if auto != old.isAuto { actions.append(.media(.setAuto(peer, auto))) }
    }

    /// Questions of one session on their way at once are bounded by its message rate; the answer of a closed peer is `nil`.
    mutating func askStatistics(_ user: Snowflake) {
        guard let peer = sessions[user]?.peer else { return send(.statistics, .object(JSONObject()), to: user) }
        lastTicket += 1
        tickets[lastTicket] = user
        actions.append(.media(.requestStatistics(peer, ticket: lastTicket)))
    }

    mutating func sendHints(to user: Snowflake) {
        guard let session = sessions[user] else { return }
        for source in [TrackSource.camera, .screen] { send(.publishHint, session.hint(source), to: user) }
    }

    // MARK: What the media server reports

    mutating func mediaReported(_ event: Event, at now: ContinuousClock.Instant) {
        switch event {
        case .connected: break
        case .disconnected(let peer, let reason): mediaLost(peer, reason)
        case .unreachable(let peer): unreachable(peer)
        case .trackStarted(let room, let track, let peer): trackStarted(track, peer, Snowflake(room.rawValue))
        case .trackStopped(let room, let track, let peer): trackStopped(track, peer, Snowflake(room.rawValue))
        case .slots(let peer, let slots): slotsChanged(peer, slots)
        case .speaking(let room, let levels):
            broadcast(.speaking, ["speaking": .array(levels.map(\.payload))], in: Snowflake(room.rawValue))
        case .layers(let peer, let layers): layersChanged(peer, layers)
        case .watchedEncodings(let peer, let track, let encodings): watchedChanged(peer, track.source, encodings)
        case .statistics(let ticket, let statistics):
            guard let user = tickets.removeValue(forKey: ticket) else { return }
            send(.statistics, statistics?.payload ?? .object(JSONObject()), to: user)
        }
    }

    private mutating func mediaLost(_ peer: PeerID, _ reason: DisconnectReason) {
        guard let user = owners.removeValue(forKey: peer), let session = sessions[user] else { return }
        sessions[user]?.forgetMedia()
        removeTracks(of: peer, in: session.channel)
        if session.socket == nil {
            // Neither socket nor media: there is nobody to wait for.
            endSession(user, report: .timedOut)
        } else {
            send(.notice, VoiceNotice.mediaLost(reason).payload, to: user)
        }
    }

    private mutating func unreachable(_ peer: PeerID) {
        guard let user = owners[peer], let session = sessions[user] else { return }
        send(.notice, VoiceNotice.unreachable(port: environment.port(session)).payload, to: user)
    }

    private mutating func slotsChanged(_ peer: PeerID, _ slots: [SlotAssignment]) {
        guard let user = owners[peer] else { return }
        sessions[user]?.slots = slots
        send(.slots, sessions[user]?.slotsPayload ?? .null, to: user)
    }

    private mutating func layersChanged(_ peer: PeerID, _ layers: [LayerReport]) {
        guard let user = owners[peer] else { return }
        sessions[user]?.layers = layers
        send(.layers, sessions[user]?.layersPayload ?? .null, to: user)
    }

    private mutating func watchedChanged(_ peer: PeerID, _ source: TrackSource, _ encodings: [WatchedEncoding]) {
        guard let user = owners[peer] else { return }
        sessions[user]?.watched[source] = encodings
        guard source.kind == .video, let session = sessions[user] else { return }
        send(.publishHint, session.hint(source), to: user)
    }

    // MARK: Tracks

    private mutating func trackStarted(_ track: TrackID, _ peer: PeerID, _ channel: Snowflake) {
        let user = track.user
        // A report from before the peer was closed: its session is over.
        if let session = sessions[user], session.channel == channel, owners[peer] == nil, session.peer.map({ $0 > peer }) ?? false {
            return
        }
        if rooms[channel, default: VoiceRoomState()].tracks.updateValue(peer, forKey: track) == nil {
            report(track, in: channel, isOn: true)
        }
        if rooms[channel]?.members.contains(user) != true, rooms[channel]?.guests.keys.contains(user) != true {
            rooms[channel]?.guests[user] = .some(nil)
            actions.append(.report(.stranger(user: user, channel: channel)))
        }
        tracksChanged([track], in: channel)
    }

    private mutating func trackStopped(_ track: TrackID, _ peer: PeerID, _ channel: Snowflake) {
        guard rooms[channel]?.tracks[track] == peer else { return }
        removeTrack(track, in: channel)
        tracksChanged([track], in: channel)
        if rooms[channel]?.isEmpty == true { rooms[channel] = nil }
    }

    /// What a media connection published goes with it.
    mutating func removeTracks(of peer: PeerID, in channel: Snowflake) {
        let gone = (rooms[channel]?.tracks ?? [:]).lazy.filter { $0.value == peer }.map(\.key).sorted()
        for track in gone { removeTrack(track, in: channel) }
        if !gone.isEmpty { tracksChanged(gone, in: channel) }
    }

    /// Cameras and screens are on record; sound is not.
    private mutating func report(_ track: TrackID, in channel: Snowflake, isOn: Bool) {
        guard let source = Stream.Source(rawValue: track.source.rawValue) else { return }
        let user = track.user
        actions.append(.report(.streaming(user: user, channel: channel, source, isOn: isOn)))
    }

    mutating func removeTrack(_ track: TrackID, in channel: Snowflake) {
        if rooms[channel]?.tracks.removeValue(forKey: track) != nil { report(track, in: channel, isOn: false) }
        guard rooms[channel]?.publishes(track.user) == false, rooms[channel]?.guests.removeValue(forKey: track.user) != nil else { return }
        personChanged(track.user, in: channel)
    }
}
