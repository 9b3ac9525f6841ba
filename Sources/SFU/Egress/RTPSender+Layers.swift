import RTP

extension RTPSender {
    /// Takes the allocator's decision: a new target is begun from the store where nothing is shown yet, else at its next keyframe, which is asked for.
    func apply(_ decision: LayerDecision, at now: Instant) {
        temporal.limit = decision.temporalLimit
        let isNew = decision.encoding != selector.target || decision.stopgap != selector.stopgap
        self.decision = decision
        if isNew {
            selector.setTarget(decision.encoding, stopgap: decision.stopgap)
            source?.publisher.room?.watchingChanged(at: now)
        }
        guard let source, let target = selector.target, target < source.encodings.count, selector.needsKeyframe else { return }
        if !isShowing(at: now) { selector.awaitKeyframe() }
        for encoding in [target, decision.stopgap] {
            guard let encoding, encoding < source.encodings.count, selector.awaits(encoding) else { continue }
            beginFromStore(encoding, at: now)
            if source.keyframes.isHeldBack(at: now) {
                beginFromStore(encoding, at: now, age: PacketStore.replayAge, bytes: peer.replayBytes)
            }
            if selector.awaits(encoding) { source.wantKeyframe(of: source.encodings[encoding], at: now) }
        }
    }

    /// What is being shown must not jump back; what stopped long ago is not being shown.
    func isShowing(at now: Instant) -> Bool {
        guard let source, let current = selector.current else { return false }
        return source.encodings[current].isLive(at: now)
    }

    /// This slot shows the encoding, or is about to, or would if the publisher sent it. Whoever cannot send it now begins when there is room; told to stop
    /// and start it instead, a client makes keyframes each time on the little that it can send.
    func isWatching(_ encoding: Encoding) -> Bool {
        guard encoding.receiver === source else { return false }
        if selector.current == encoding.index || selector.target == encoding.index || selector.awaits(encoding.index) { return true }
        return decision.missed & (1 << UInt8(encoding.index)) != 0
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
