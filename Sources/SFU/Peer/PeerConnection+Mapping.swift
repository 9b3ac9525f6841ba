import RTP

extension PeerConnection {
    /// Slots for microphones that the room chooses.
    var audioSlotCount: Int {
        var count = 0
        for row in senderOrder {
            if let sender = senders[row], sender.slot.purpose == .audio, sender.slot.pinned == nil { count += 1 }
        }
        return count
    }

    /// A player that names what it wants.
    var hasPins: Bool {
        for row in senderOrder where senders[row]?.slot.pinned != nil { return true }
        return false
    }

    func pins(_ track: TrackID) -> Bool {
        for row in senderOrder where senders[row]?.slot.pinned == track { return true }
        return false
    }

    func wish(for track: TrackID) -> Subscription? { subscriptions.first { $0.track == track } }

    /// Maps the candidates onto the slots and tells signalling when the map has changed.
    func map(_ candidates: [SlotMap.Candidate], at now: Instant) {
        let slots = senderOrder.compactMap { senders[$0] }.map {
            SlotMap.Slot(purpose: $0.slot.purpose, index: $0.slot.index, pinned: $0.slot.pinned)
        }
        let current = senderOrder.map { senders[$0]?.source?.trackID }
        let wanted = SlotMap.assign(slots: slots, current: current, candidates: candidates)
        for (position, row) in senderOrder.enumerated() {
            senders[row]?.carry(wanted[position].flatMap { room?.receiver(of: $0) }, at: now)
        }
        adapt(at: now, isForced: true)
        let map = senderOrder.compactMap { senders[$0] }.map {
            SlotAssignment(mid: $0.slot.mid, track: $0.source?.trackID, codecUnsupported: $0.isCodecUnsupported)
        }
        guard map != toldSlots else { return }
        toldSlots = map
        core.emit(.slots(id, map))
    }
}
