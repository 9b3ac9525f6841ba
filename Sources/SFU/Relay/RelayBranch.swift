import RTP

/// A worker to whom encodings of a track cross, because somebody there watches.
struct RelayBranch {
    let worker: Int
    /// Bit per encoding.
    var watched: UInt8 = 0
    /// Per encoding: `RelayedPacket.generation`.
    var generations = InlineArray<8, UInt8>(repeating: 0)
    /// When the worker last said what it watches.
    var heard: Instant

    func isWatched(_ encoding: Encoding) -> Bool { watched & (1 << UInt8(encoding.index)) != 0 }
}

/// The publisher's side of the relay: each encoding that anyone on another worker watches crosses to it once.
extension RTPReceiver {
    /// Somebody on another worker watches.
    var isWatchedElsewhere: Bool { branches.contains { $0.watched != 0 } }

    /// Hands one packet over to the workers whose viewers watch its encoding.
    func relay(_ packet: StoredPacket, of encoding: Encoding, bytes: UnsafeRawPointer) {
        for index in branches.indices where branches[index].isWatched(encoding) {
            cross(packet, of: encoding, bytes: bytes, branch: index)
        }
    }

    /// What a worker's viewers watch of this track now; it repeats itself every second.
    /// - Parameter fromStore: those of which somebody there is shown nothing yet, and could be shown what is stored.
    func watched(_ encodings: UInt8, fromStore: UInt8, by worker: Int, at now: Instant) {
        if !branches.contains(where: { $0.worker == worker }) { branches.append(RelayBranch(worker: worker, heard: now)) }
        guard let index = branches.firstIndex(where: { $0.worker == worker }) else { return }
        let before = branches[index].watched
        branches[index].watched = encodings
        branches[index].heard = now
        guard encodings != before else { return }
        for encoding in self.encodings where branches[index].isWatched(encoding) && before & (1 << UInt8(encoding.index)) == 0 {
            begin(encoding, branch: index, fromStore: fromStore & (1 << UInt8(encoding.index)) != 0, at: now)
        }
        publisher.room?.watchingChanged(at: now)
    }

    /// A viewer on another worker needs a keyframe. Where it has to wait it is told, and may begin from what is stored there.
    func keyframeWanted(_ encoding: Encoding, by worker: Int, at now: Instant) {
        let isHeldBack = keyframes.isHeldBack(at: now)
        wantKeyframe(of: encoding, at: now)
        guard isHeldBack, let time = keyframes.nextDeadline else { return }
        publisher.core.links.send(.keyframeRefused(RelayedTrackID(peer: publisher.id, source: source), until: time), to: worker)
    }

    /// Packets that did not reach another worker are sent once more, if they are here. What never reached this one comes when it does.
    func resend(_ lost: [UInt16], of encoding: Encoding, to worker: Int) {
        guard let index = branches.firstIndex(where: { $0.worker == worker && $0.isWatched(encoding) }), let store = encoding.store else {
            return
        }
        for number in lost {
            let sequence = encoding.unwrapper.extended(SequenceNumber(number)).rawValue
            if let packet = store.packet(sequence) { cross(packet, of: encoding, bytes: store.pointer(to: packet), branch: index) }
        }
    }

    /// Tells the other workers how the encoding's timestamps lie on our clock.
    func relayReport(of encoding: Encoding) {
        for index in branches.indices where branches[index].isWatched(encoding) { sendReport(of: encoding, branch: index) }
    }

    /// Whoever falls silent watches nothing.
    func forgetBranches(notHeardSince time: Instant) {
        for index in branches.indices where branches[index].heard < time { branches[index].watched = 0 }
    }

    /// An encoding begins to cross: where somebody waits, from its newest keyframe on if that is here, by the rule for a slot of this worker
    /// (`RTPSender.apply`).
    private func begin(_ encoding: Encoding, branch: Int, fromStore: Bool, at now: Instant) {
        branches[branch].generations[encoding.index] &+= 1
        sendReport(of: encoding, branch: branch)
        guard kind == .video else { return }
        let age = keyframes.isHeldBack(at: now) ? PacketStore.replayAge : PacketStore.keyframeRunAge
        guard fromStore, let store = encoding.store, let run = store.keyframeRun(at: now, age: age) else {
            return wantKeyframe(of: encoding, at: now)
        }
        for sequence in run {
            if let packet = store.packet(sequence) { cross(packet, of: encoding, bytes: store.pointer(to: packet), branch: branch) }
        }
    }

    private func cross(_ packet: StoredPacket, of encoding: Encoding, bytes: UnsafeRawPointer, branch: Int) {
        let relayed = RelayedPacket(
            track: RelayedTrackID(peer: publisher.id, source: source), encoding: encoding.index,
            generation: branches[branch].generations[encoding.index], arrival: Instant(nanoseconds: packet.arrival),
            bytes: UnsafeRawBufferPointer(start: bytes, count: Int(packet.length)))
        publisher.core.links.send(relayed, to: branches[branch].worker)
    }

    private func sendReport(of encoding: Encoding, branch: Int) {
        guard let reported = encoding.reportedTime, let offset = publisher.clock.offset else { return }
        let report = RelayedReport(
            encoding: encoding.index, generation: branches[branch].generations[encoding.index], ntp: reported.ntp,
            timestamp: reported.timestamp, arrival: reported.arrival, clockOffset: offset)
        publisher.core.links.send(.senderReport(RelayedTrackID(peer: publisher.id, source: source), report), to: branches[branch].worker)
    }
}
