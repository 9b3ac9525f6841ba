import RTP

extension RTPSender {
    /// Takes the allocator's decision: a new target is begun from the store where nothing is shown yet, else at its next keyframe, which is asked for.
    func apply(_ decision: LayerDecision, at now: Instant) {
        temporal.limit = decision.temporalLimit
        let isNew = decision.encoding != selector.target
        self.decision = decision
        if isNew {
            selector.setTarget(decision.encoding)
            source?.publisher.room?.watchingChanged(at: now)
        }
        guard let source, let target = selector.target, target < source.encodings.count, selector.needsKeyframe else { return }
        let wanted = source.encodings[target]
        // What is being shown must not jump back; what stopped long ago is not being shown.
        if let current = selector.current, !source.encodings[current].isLive(at: now) { selector.awaitKeyframe() }
        if selector.current == nil {
            beginFromStore(at: now)
            if source.keyframes.isHeldBack(at: now) { beginFromStore(at: now, age: PacketStore.replayAge, bytes: peer.replayBytes) }
        }
        if selector.needsKeyframe { source.wantKeyframe(of: wanted, at: now) }
    }

    /// This slot shows the encoding or is about to.
    func isWatching(_ encoding: Encoding) -> Bool {
        encoding.receiver === source && (selector.target == encoding.index || selector.current == encoding.index)
    }

    /// What signalling is told about the slot.
    func layerReport(estimate: Int, at now: Instant) -> LayerReport? {
        guard kind == .video, let source else { return nil }
        let shown = selector.current.map { source.encodings[$0] }
        return LayerReport(
            mid: slot.mid, track: source.trackID, layer: shown.map { rung(of: $0, at: now) }, rid: shown?.ridText, width: shown?.width ?? 0,
            height: shown?.height ?? 0, bitrate: shown.map { $0.meter.bitrate(at: now) } ?? 0, estimate: estimate, reason: decision.reason)
    }

    private func rung(of encoding: Encoding, at now: Instant) -> Int {
        for (position, index) in Ladder.order(of: encoding.receiver, at: now).enumerated() where index == encoding.index { return position }
        return encoding.index
    }
}
