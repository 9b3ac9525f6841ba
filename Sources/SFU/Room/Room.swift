import RTP

/// The media side of one voice channel: which tracks there are, who carries them, who speaks.
///
/// The routing table is in the receivers (`RTPReceiver.listeners`); this type decides what stands in it. It works in settlements: whatever
/// changes marks the room unsettled, and before anything is sent the core has it settled once, so a hundred changes at one instant make one
/// slot map each.
final class Room {
    let id: RoomID
    unowned(unsafe) let core: MediaCore
    /// In the order in which they came.
    private(set) var peers: [PeerConnection] = []
    /// Tracks whose media arrives, in the order in which they began.
    private(set) var tracks: [RTPReceiver] = []
    var speakers = ActiveSpeakers()
    /// So many microphones are heard; a choice among them is made only where there are more.
    private var audible = 0
    /// Other workers that have clients in this room (`Room+Relay`), and tracks of those.
    var remotes: [Int] = []
    var relayed: [RelayedPublisher] = []
    /// Events of the room as a whole come from one of its workers.
    var speaksForRoom = true
    var announcedAt = Instant(nanoseconds: 0)
    /// Slots are to be mapped before anything is sent.
    var isUnsettled = false
    /// When `advance` has something to do.
    private(set) var deadline: Instant = .distantFuture

    /// Speakers, watched encodings and layer reports are looked at this often.
    static let tick: Int64 = 100_000_000

    init(id: RoomID, core: MediaCore) {
        self.id = id
        self.core = core
    }

    var isEmpty: Bool { peers.isEmpty && remotes.isEmpty }

    func add(_ peer: PeerConnection) {
        peers.append(peer)
        if deadline == .distantFuture { deadline = core.now }
    }

    func remove(_ peer: PeerConnection, at now: Instant) {
        for receiver in peer.receivers { trackStopped(receiver, at: now) }
        peers.removeAll { $0 === peer }
        evaluateRights(at: now)
        isUnsettled = true
    }

    // MARK: Tracks

    /// The first packet that may be forwarded has come. An older peer's track of the same participant and source ends.
    func trackStarted(_ receiver: RTPReceiver, at now: Instant) {
        guard !receiver.isStarted else { return }
        for other in tracks where other.trackID == receiver.trackID { trackStopped(other, at: now) }
        receiver.isStarted = true
        tracks.append(receiver)
        if receiver.source == .microphone { speakers.join(receiver.trackID.participant, at: now) }
        if receiver.isLocal {
            core.emit(.trackStarted(id, receiver.trackID, receiver.publisher.id))
            announce(receiver, at: now)
        }
        evaluateRights(at: now)
        unsettle(at: now)
    }

    func trackStopped(_ receiver: RTPReceiver, at now: Instant) {
        guard receiver.isStarted else { return }
        receiver.isStarted = false
        // At once, not at the next settlement: the receiver may be gone by then, and nothing of it may be sent from here on.
        for sender in receiver.listeners { sender.carry(nil, at: now, isOver: true) }
        tracks.removeAll { $0 === receiver }
        if receiver.source == .microphone { speakers.leave(receiver.trackID.participant) }
        receiver.keyframes.cancel()
        receiver.publisher.isDutyKnown = false
        // Nothing stored before this moment is shown when the track comes back.
        for encoding in receiver.encodings { encoding.store?.forgetKeyframe() }
        if receiver.isLocal {
            core.emit(.trackStopped(id, receiver.trackID, receiver.publisher.id))
            announceEnd(of: receiver)
        }
        unsettle(at: now)
    }

    /// A codec or size is new: what slots can show, and what ceilings allow, may have changed.
    func encodingChanged(_ receiver: RTPReceiver, at now: Instant) {
        for sender in receiver.listeners { sender.peer.adaptSoon(at: now) }
        announce(receiver, at: now)
        unsettle(at: now)
    }

    /// Rights, mutes, the clients' own words, or newer peers have changed what may be forwarded.
    func evaluateRights(at now: Instant) {
        for peer in peers {
            for receiver in peer.receivers {
                let may = peer.isConnected && mayForward(receiver, of: peer)
                guard may != receiver.mayForward else { continue }
                receiver.mayForward = may
                if !may { trackStopped(receiver, at: now) }
            }
        }
    }

    private func mayForward(_ receiver: RTPReceiver, of peer: PeerConnection) -> Bool {
        let isAllowed = receiver.kind == .audio ? peer.rights.speak : peer.rights.stream
        guard isAllowed, !peer.inactive.contains(receiver.source) else { return false }
        // The newest peer that sends this source speaks for the participant.
        return !tracks.contains { $0.trackID == receiver.trackID && $0 !== receiver && $0.publisher.joinOrder > peer.joinOrder }
    }

    private func unsettle(at now: Instant) {
        isUnsettled = true
        for peer in peers { peer.isUnmapped = true }
        core.wake(at: now)
    }

    // MARK: Speakers

    /// A microphone's packet said how loud it is.
    func audioLevel(_ level: UInt8, of receiver: RTPReceiver, at now: Instant) {
        guard receiver.source == .microphone else { return }
        if speakers.levelArrived(level, from: receiver.trackID.participant, row: &receiver.speakerRow, at: now) { speakerBegan(at: now) }
    }

    /// Someone begins to speak: a slot is needed before the next tick, here and on the room's other workers.
    func speakerBegan(at now: Instant) {
        guard speakers.count > audible || !remotes.isEmpty else { return }
        watchingChanged(at: now)
    }

    // MARK: Settling

    /// Maps tracks onto the slots of every peer for which something has changed.
    func settle(at now: Instant) {
        isUnsettled = false
        let before = audible
        audible = audibleMicrophones()
        if speakers.select(slots: audible, at: now), audible != before {
            for peer in peers { peer.isUnmapped = true }
        }
        // Once for all: in a room of hundreds few of the microphones are heard, and everybody is mapped at each change of speakers.
        let heard = tracks.filter { $0.source != .microphone || speakers.isSelected($0.trackID.participant) }
        for peer in peers where peer.isUnmapped && peer.isConnected {
            peer.isUnmapped = false
            peer.map(candidates(for: peer, among: peer.hasPins ? tracks : heard), at: now)
        }
        if deadline == .distantFuture { deadline = core.gathered(now.advanced(byNanoseconds: Self.tick)) }
        // What slots carry now is to cross at once.
        if !relayed.isEmpty { watchingChanged(at: now) }
    }

    /// How many microphones the least of the clients can play at once. Nobody is played their own: where everybody who listens also speaks, one
    /// more than there are slots can be heard by all.
    private func audibleMicrophones() -> Int {
        let slots = peers.map(\.audioSlotCount).filter { $0 > 0 }.min() ?? 0
        guard speakers.count == slots + 1, peers.allSatisfy({ $0.audioSlotCount == 0 || speakers.contains($0.participant) }) else {
            return slots
        }
        return slots + 1
    }

    /// Everything that this peer may be shown, in the order in which it began.
    /// - Parameter tracks: those that are heard and seen in the room; for a player with pinned slots all there are.
    private func candidates(for peer: PeerConnection, among tracks: [RTPReceiver]) -> [SlotMap.Candidate] {
        var result: [SlotMap.Candidate] = []
        for track in tracks {
            let isOwn = track.trackID.participant == peer.participant
            // One's own track comes back only where it was asked for by name (a WHEP player's pinned slot).
            if isOwn, !peer.pins(track.trackID) { continue }
            if track.kind == .audio, !peer.rights.listen { continue }
            if track.source == .microphone, peer.hasPins, !speakers.isSelected(track.trackID.participant), !peer.pins(track.trackID) {
                continue
            }
            let wish = peer.wish(for: track.trackID)
            result.append(
                SlotMap.Candidate(
                    track: track.trackID, priority: wish?.priority ?? (track.source == .screen ? 200 : 100), paused: wish?.paused ?? false))
        }
        return result
    }

    func receiver(of track: TrackID) -> RTPReceiver? { tracks.first { $0.trackID == track } }

    // MARK: Time

    /// About ten times a second (a released server gathers this with other regular work): who speaks, who is heard, what is watched.
    func advance(to now: Instant) {
        deadline = isEmpty ? .distantFuture : core.gathered(now.advanced(byNanoseconds: Self.tick))
        if speakers.select(slots: audible, at: now) { unsettle(at: now) }
        if let changed = speakers.speakersIfChanged(at: now), speaksForRoom { core.emit(.speaking(id, changed)) }
        for track in tracks where track.kind == .video || !track.isLocal { noteWatched(track, at: now) }
        reportLayers(at: now)
        relayLevels(at: now)
        refreshRelay(at: now)
    }

    /// Those who come next are prepared meanwhile.
    private func reportLayers(at now: Instant) {
        let peers = self.peers
        for place in peers.indices {
            if place + 2 < peers.count { peers.uncounted(at: place + 2)._withUnsafeGuaranteedRef { $0.prefetch(step: 1) } }
            if place + 1 < peers.count { peers.uncounted(at: place + 1)._withUnsafeGuaranteedRef { $0.prefetch(step: 2) } }
            peers.uncounted(at: place)._withUnsafeGuaranteedRef { if $0.isConnected { $0.reportLayers(at: now) } }
        }
    }

    /// A slot looks for another encoding: a publisher who paused it should hear of that before the next tick.
    func watchingChanged(at now: Instant) {
        deadline = min(deadline, now)
        core.wake(at: now)
    }

    /// Tells a publisher which encodings anyone watches. A wish is told at once, its end a little later, so that a slot that moves does not
    /// make the encoder stop and start.
    private func noteWatched(_ track: RTPReceiver, at now: Instant) {
        let hangover = track.isLocal ? Self.watchHangover : Self.relayHangover
        var isNews = false
        for encoding in track.encodings {
            let isWatched = track.isWatched(encoding)
            if isWatched != encoding.isWatched {
                encoding.isWatched = isWatched
                encoding.watchChanged = now
            }
            guard encoding.toldWatched != isWatched else { continue }
            guard isWatched || now.nanoseconds - encoding.watchChanged.nanoseconds >= hangover else { continue }
            encoding.toldWatched = isWatched
            encoding.toldAt = now
            encoding.watchChanged = now
            isNews = true
        }
        if isNews { tellWatched(track) }
    }

    private func tellWatched(_ track: RTPReceiver) {
        if let relayed = track.publisher as? RelayedPublisher { return relayed.tellWatched() }
        let told = track.encodings.map { WatchedEncoding(rid: $0.ridText, watched: $0.toldWatched) }
        core.emit(.watchedEncodings(track.publisher.id, track.trackID, told))
    }

    /// A publisher stops what nobody watches within 2 s (the figure); most of that is ours.
    static let watchHangover: Int64 = 1_600_000_000
}
