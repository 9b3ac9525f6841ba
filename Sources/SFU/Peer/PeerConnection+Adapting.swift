import RTP

/// Which layer each video slot gets, from what the path carries, what is wished, and what the tiers allow.
extension PeerConnection {
    func adaptSoon(at now: Instant) {
        schedule.adapt = now
        wake(at: now)
    }

    /// Looks at bandwidth and layers again, if it is time.
    func adapt(at now: Instant, isForced: Bool = false) {
        guard isConnected, isForced || schedule.adapt <= now else { return }
        schedule.adapt = now.advanced(byNanoseconds: PeerSchedule.adaptInterval)
        isDutyKnown = false
        let sent = traffic.sent.bitsPerSecond(at: now)
        prober.look(decreases: bandwidth.decreases, at: now)
        gatherSlots(at: now)
        guard !allocation.slots.isEmpty else {
            prober.cancel()
            return
        }
        let audio = audioRate(at: now)
        let (used, wanted) = BitrateAllocator.allocate(
            &allocation.slots, budget: isAuto ? max(0, bandwidth.budget - audio) : nil, givesLowest: bandwidth.decreases == 0,
            keepsPresent: !bandwidth.isDraining(at: now))
        repairBudget.setRate(max(used + audio, isAuto ? bandwidth.budget : 0))
        pacer.setRate(estimate: isAuto ? bandwidth.value ?? 0 : 0, media: used + audio)
        for position in allocation.slots.indices { decide(position, at: now) }
        guard isAuto else { return }
        // With nothing wanted now, what the viewer could pick next is found out beforehand, so that a picked tier comes at once.
        prober.want(
            (wanted ?? allocation.aspiration) + audio, sending: sent, estimate: bandwidth.budget, decreases: bandwidth.decreases, at: now)
    }

    /// How much of the past may be sent to begin a picture: what the pacer lets go in 300 ms at the present estimate. A path that needs longer
    /// shows the next keyframe sooner than it catches up.
    var replayBytes: Int { Int((isAuto ? Double(bandwidth.budget) * Pacer.factor : Double(Pacer.unknownRate)) * 0.3 / 8) }

    /// Audio is always sent; what it takes is not for video. Measured where it flows, else what the standard tier would take.
    private func audioRate(at now: Instant) -> Int {
        var rate = 0
        for row in senderOrder {
            guard let sender = senders[row], sender.kind == .audio, let encoding = sender.encoding else { continue }
            rate += encoding.meter.bitrate(at: now)
        }
        return rate
    }

    // MARK: What there is to choose from

    private func gatherSlots(at now: Instant) {
        allocation.slots.removeAll(keepingCapacity: true)
        allocation.rows.removeAll(keepingCapacity: true)
        allocation.aspiration = 0
        for row in senderOrder {
            guard let sender = senders[row], sender.kind == .video, let source = sender.source else { continue }
            var slot = AllocatorSlot()
            let wish = wish(for: source.trackID)
            slot.priority = wish?.priority ?? (source.source == .screen ? 200 : 100)
            let limit = ceilings(for: source, wish: wish)
            if wish?.paused != true, !sender.isCodecUnsupported {
                var best = 0
                for index in Ladder.order(of: source, at: now) {
                    guard slot.layerCount < 8 else { break }
                    let encoding = source.encodings[index]
                    if encoding.isAvailable(at: now), Ladder.allows(encoding, limit.roles, at: now) {
                        best = Ladder.rate(encoding, at: now)
                    }
                    guard Ladder.allows(encoding, limit.strictest, at: now) else { continue }
                    guard encoding.isAvailable(at: now) else {
                        slot.missed |= 1 << UInt8(index)
                        continue
                    }
                    slot.missed = 0
                    // A climb that had to be taken back is not tried again at once.
                    if slot.current != nil, sender.climbing.isBlocked(at: now) { break }
                    if sender.selector.current == index { slot.current = slot.layerCount }
                    slot.layers[slot.layerCount] = Ladder.layer(encoding, framerate: limit.strictest.framerate, at: now)
                    slot.layerCount += 1
                }
                allocation.aspiration += best
            }
            allocation.slots.append(slot)
            allocation.rows.append(row)
        }
    }

    private func ceilings(for source: RTPReceiver, wish: Subscription?) -> Ceilings {
        Ceilings(viewer: wish?.ceiling, watch: rights.watchCeiling, publish: source.publisher.publishCeiling)
    }

    // MARK: Deciding

    private func decide(_ position: Int, at now: Instant) {
        let slot = allocation.slots[position]
        senders[allocation.rows[position]]?.climbing.decided(
            from: slot.current, to: slot.chosen, of: slot.layerCount, at: now)
        guard let sender = senders[allocation.rows[position]], let source = sender.source else { return }
        var decision = LayerDecision()
        if let chosen = slot.chosen {
            decision.encoding = slot.layers[chosen].encoding
            let isWhole = slot.chosenTemporal == slot.layers[chosen].topTemporal && !slot.layers[chosen].isCut
            decision.temporalLimit = isWhole ? .max : UInt8(slot.chosenTemporal)
            if chosen == slot.layerCount - 1 { decision.missed = slot.missed }
            if !sender.isShowing(at: now) { decision.stopgap = stopgap(for: chosen, in: slot, of: source, at: now) }
        }
        decision.reason = reason(for: slot, sender: sender, source: source, decision: decision, at: now)
        sender.apply(decision, at: now)
    }

    /// Of the layers below the chosen one, where that is not being sent: the best that is, or the lowest, which a publisher with little room can send.
    private func stopgap(for chosen: Int, in slot: AllocatorSlot, of source: RTPReceiver, at now: Instant) -> Int? {
        func isLive(_ layer: Int) -> Bool { source.encodings[slot.layers[layer].encoding].isLive(at: now) }
        guard chosen > 0, !isLive(chosen) else { return nil }
        return slot.layers[(0..<chosen).last(where: isLive) ?? 0].encoding
    }

    private func reason(
        for slot: AllocatorSlot, sender: RTPSender, source: RTPReceiver, decision: LayerDecision, at now: Instant
    ) -> LayerReason {
        let wish = wish(for: source.trackID)
        if wish?.paused == true { return .paused }
        guard let chosen = slot.chosen, let encoding = decision.encoding else {
            if slot.layerCount > 0 { return .bandwidth }
            let limit = ceilings(for: source, wish: wish)
            for encoding in source.encodings where encoding.isLive(at: now) {
                if let why = limit.forbids(encoding, at: now) { return why }
            }
            return .none
        }
        if sender.selector.current != encoding, sender.selector.current != nil { return .awaitingKeyframe }
        if sender.climbing.isBlocked(at: now) || chosen + 1 < slot.layerCount || slot.chosenTemporal < slot.layers[chosen].topTemporal {
            return .bandwidth
        }
        let limit = ceilings(for: source, wish: wish)
        let why = reasonForTop(encoding, source: source, limit: limit, at: now)
        guard why == .best else { return why }
        if slot.layers[chosen].isTooFast { return .publisher }
        return slot.layers[chosen].isCut ? limit.slowest : .best
    }

    /// Why the best layer that is allowed is not the best that there could be.
    private func reasonForTop(_ encoding: Int, source: RTPReceiver, limit: Ceilings, at now: Instant) -> LayerReason {
        var isAbove = false
        for index in Ladder.order(of: source, at: now) {
            if isAbove {
                let better = source.encodings[index]
                if let why = limit.forbids(better, at: now) { return why }
                if !better.isAvailable(at: now) { return .publisher }
            }
            if index == encoding { isAbove = true }
        }
        return .best
    }
}
