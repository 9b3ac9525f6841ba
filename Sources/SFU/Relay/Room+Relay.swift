import RTP

/// The part that a room's other workers have in it.
///
/// Each worker has a `Room` of its own, with the clients that are its own. It describes their tracks to the others, and has the others' tracks as
/// `RelayedPublisher`s, of which only those encodings cross that its own viewers watch.
extension Room {
    /// Everything that others must know is said again this often …
    static let announceInterval: Int64 = 1_000_000_000
    /// … and forgotten when it was not said for so long: three times may be missed.
    static let patience: Int64 = 3_500_000_000
    /// Chosen: four tracks of each of a thousand participants.
    static let maximumRelayed = 4_096
    /// Levels of others come with each tick of theirs; what is a little late does not count as silence.
    static let levelsHold: Int64 = Room.tick
    /// Nobody here watches any more: said after a moment, so that a slot that moves does not make a stream begin anew. The publisher's own worker
    /// adds `watchHangover`, and both together stay below 2 s.
    static let relayHangover: Int64 = 100_000_000

    /// The room spans these workers, of whom `own` is this one. The first speaks for the room.
    func span(_ workers: [Int], own: Int, at now: Instant) {
        let others = workers.contains(own) ? workers.filter { $0 != own } : []
        let gone = remotes.filter { !others.contains($0) }
        let new = others.filter { !remotes.contains($0) }
        remotes = others
        speaksForRoom = others.isEmpty || workers.first == own
        for publisher in relayed where gone.contains(publisher.worker) { forget(publisher, at: now) }
        for track in tracks { track.branches.removeAll { gone.contains($0.worker) } }
        for worker in new {
            core.links.send(.hello(id), to: worker)
            announceAll(to: worker, at: now)
        }
    }

    // MARK: Telling

    /// Describes one of our tracks to every other worker.
    func announce(_ track: RTPReceiver, at now: Instant) {
        for worker in remotes { announce(track, to: worker, at: now) }
    }

    /// Everything that a worker must know of us.
    func announceAll(to worker: Int, at now: Instant) {
        for track in tracks { announce(track, to: worker, at: now) }
        for publisher in relayed where publisher.worker == worker { publisher.tellWatched() }
    }

    private func announce(_ track: RTPReceiver, to worker: Int, at now: Instant) {
        guard track.isLocal else { return }
        let encodings = track.encodings.map { encoding in
            RelayedEncoding(
                ssrc: encoding.ssrc, isAvailable: encoding.isAvailable(at: now), codecIndex: encoding.codecIndex,
                width: encoding.width, height: encoding.height, bitrate: Ladder.knownRate(encoding, at: now))
        }
        let description = RelayedTrack(
            id: RelayedTrackID(peer: track.publisher.id, source: track.source), room: id, participant: track.trackID.participant,
            section: track.section, publishCeiling: track.publisher.publishCeiling, encodings: encodings)
        core.links.send(.track(description), to: worker)
    }

    func announceEnd(of track: RTPReceiver) {
        for worker in remotes { core.links.send(.trackEnded(RelayedTrackID(peer: track.publisher.id, source: track.source)), to: worker) }
        track.branches = []
    }

    /// How loud our microphones are: ten times a second, and at once when someone begins to speak.
    func relayLevels(at now: Instant) {
        guard !remotes.isEmpty else { return }
        var levels: [SpeakerLevel] = []
        for track in tracks where track.source == .microphone && track.isLocal {
            if let level = speakers.level(of: track.trackID.participant, at: now) {
                levels.append(SpeakerLevel(participant: track.trackID.participant, level: level))
            }
            if levels.count == RelayMessage.maximumLevels { sendLevels(&levels) }
        }
        sendLevels(&levels)
    }

    private func sendLevels(_ levels: inout [SpeakerLevel]) {
        guard !levels.isEmpty else { return }
        for worker in remotes { core.links.send(.levels(id, levels), to: worker) }
        levels.removeAll(keepingCapacity: true)
    }

    /// Says everything again, and forgets those who have fallen silent.
    func refreshRelay(at now: Instant) {
        guard !remotes.isEmpty, now.nanoseconds - announcedAt.nanoseconds >= Self.announceInterval else { return }
        announcedAt = now
        for worker in remotes { announceAll(to: worker, at: now) }
        let oldest = now.advanced(byNanoseconds: -Self.patience)
        for publisher in relayed where publisher.heard < oldest { forget(publisher, at: now) }
        for track in tracks { track.forgetBranches(notHeardSince: oldest) }
    }

    // MARK: Hearing

    /// Another worker describes a track of its own.
    func described(_ description: RelayedTrack, by worker: Int, at now: Instant) {
        if let known = relayed.first(where: { $0.track == description.id && $0.worker == worker }) {
            return known.described(description, at: now)
        }
        let track = TrackID(participant: description.participant, source: description.id.source)
        // The participant is here now, and publishes this anew: the other's is about to end.
        guard !tracks.contains(where: { $0.trackID == track && $0.isLocal }) else { return }
        guard relayed.count < Self.maximumRelayed else { return core.counters.add(.relayOverflow) }
        let publisher = core.addRelayed(description, from: worker, to: self)
        relayed.append(publisher)
        publisher.described(description, at: now)
        trackStarted(publisher.receiver, at: now)
    }

    func forget(_ publisher: RelayedPublisher, at now: Instant) {
        trackStopped(publisher.receiver, at: now)
        relayed.removeAll { $0 === publisher }
        core.removeRelayed(publisher)
        publisher.leave()
    }

    func heard(_ levels: [SpeakerLevel], at now: Instant) {
        for entry in levels
        where speakers.levelArrived(entry.level, from: entry.participant, at: now, holds: Self.levelsHold) {
            speakerBegan(at: now)
        }
    }

    func advanceRelayed(to now: Instant) {
        for publisher in relayed where publisher.deadline <= now { publisher.advance(to: now) }
    }
}

extension RTPReceiver {
    /// Its client is one of this worker.
    var isLocal: Bool { !(publisher is RelayedPublisher) }
}
