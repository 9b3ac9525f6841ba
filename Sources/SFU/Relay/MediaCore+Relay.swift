import RTP

/// Rooms that span workers: how a core is connected with others, and what it is told by them.
extension MediaCore {
    /// Gives the way to another worker. Its reader hands each record to that worker's `receiveRelayed`.
    public func connect(_ ring: RelayRing, to worker: Int) { links.connect(ring, to: worker) }

    /// The workers to whom something was written since the last call: bit per worker. They are to be woken.
    public func takeWrittenRelays() -> UInt64 { links.takeWritten() }

    /// Takes one record that another worker wrote for this one.
    public func receiveRelayed(_ record: UnsafeRawBufferPointer, from worker: Int, at time: Instant, into outbox: inout Outbox) {
        begin(at: time)
        do {
            take(try RelayMessage(parsing: record), from: worker)
        } catch {
            counters.add(.relayMalformed)
        }
        publish(into: &outbox)
    }

    private func take(_ message: RelayMessage, from worker: Int) {
        // Packets that come together wait for each other; whatever else is told comes after them.
        if !message.isPacket { handOnBurst() }
        switch message {
        case .packet(let packet):
            guard let publisher = relayed(packet.track, from: worker) else { return }
            if !isBurst(of: publisher) { handOnBurst() }
            publisher.receive(packet, at: now)
        case .senderReport(let track, let report): relayed(track, from: worker)?.reported(report, at: now)
        case .trackEnded(let track):
            if let publisher = relayed(track, from: worker) { publisher.room?.forget(publisher, at: now) }
        case .track(let track): room(track.room, sharedWith: worker)?.described(track, by: worker, at: now)
        case .levels(let id, let levels): room(id, sharedWith: worker)?.heard(levels, at: now)
        case .hello(let id): room(id, sharedWith: worker)?.announceAll(to: worker, at: now)
        case .watch(let track, let encodings, let fromStore):
            published(track, for: worker)?.watched(encodings, fromStore: fromStore, by: worker, at: now)
        case .keyframe(let track, let index):
            guard let receiver = published(track, for: worker), index < receiver.encodings.count else { return }
            receiver.keyframeWanted(receiver.encodings[index], by: worker, at: now)
        case .keyframeRefused(let track, let time): relayed(track, from: worker)?.keyframeRefused(until: time, at: now)
        case .nack(let track, let index, let lost):
            guard let receiver = published(track, for: worker), index < receiver.encodings.count else { return }
            receiver.resend(lost, of: receiver.encodings[index], to: worker)
        }
    }

    private func relayed(_ track: RelayedTrackID, from worker: Int) -> RelayedPublisher? {
        if let publisher = relayed[track], publisher.worker == worker { return publisher }
        counters.add(.relayUnknownTrack)
        return nil
    }

    private func room(_ id: RoomID, sharedWith worker: Int) -> Room? {
        // Said before this worker was told of the room: it says hello when it is.
        rooms.first { $0.id == id && $0.remotes.contains(worker) }
    }

    /// A track of one of our own clients, that a worker of the same room asks for.
    private func published(_ track: RelayedTrackID, for worker: Int) -> RTPReceiver? {
        guard let peer = peer(track.peer), peer.room?.remotes.contains(worker) ?? false,
            let receiver = peer.receivers.first(where: { $0.source == track.source && $0.isStarted })
        else {
            counters.add(.relayUnknownTrack)
            return nil
        }
        return receiver
    }

    // MARK: For rooms

    func addRelayed(_ track: RelayedTrack, from worker: Int, to room: Room) -> RelayedPublisher {
        let publisher = RelayedPublisher(track, from: worker, core: self, room: room, joinOrder: nextJoinOrder(), at: now)
        if let former = relayed[track.id] { former.room?.forget(former, at: now) }
        relayed[track.id] = publisher
        return publisher
    }

    func removeRelayed(_ publisher: RelayedPublisher) {
        if relayed[publisher.track] === publisher { relayed[publisher.track] = nil }
    }
}
