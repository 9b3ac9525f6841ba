import RTP

/// What leaves towards a receiver: sender reports, and the packets that its pacer lets go.
extension PeerConnection {
    /// Sender reports, one datagram for as many slots as are due (RFC 3550 §6.4.1).
    func sendReports(at now: Instant, into outbox: inout Outbox) {
        if prober.wantsReport {
            // All slots' reports carry the same time, so whichever the receiver still names when it answers will do.
            for row in senderOrder {
                guard let sender = senders[row], sender.packetCount > 0, sender.encoding != nil else { continue }
                sendRTCP(into: &outbox) { sender.writeReport(to: &$0, ntp: core.ntp(at: now), at: now) }
            }
            prober.reportSent(core.ntp(at: now).middle32, at: now)
        }
        guard schedule.senderReport <= now else { return }
        schedule.senderReport = .distantFuture
        for row in senderOrder {
            guard let sender = senders[row] else { continue }
            if let held = prober.holdsReport(after: sender.lastReport), held > now.nanoseconds {
                schedule.senderReport = min(schedule.senderReport, Instant(nanoseconds: held))
                continue
            }
            if sender.reportIsDue(at: now) {
                sendRTCP(into: &outbox) { sender.writeReport(to: &$0, ntp: core.ntp(at: now), at: now) }
            }
            if sender.packetCount > 0, sender.encoding != nil {
                let next = sender.needsReport ? now.nanoseconds + Pacer.step : sender.lastReport + PeerSchedule.reportInterval
                schedule.senderReport = min(schedule.senderReport, Instant(nanoseconds: next))
            }
        }
    }

    /// How long voice may wait now, in nanoseconds.
    @inline(__always)
    func audioHold(in core: MediaCore) -> Int64 {
        isSentVideo ? core.audioHold.besideVideo.nanoseconds : core.audioHold.alone.nanoseconds
    }

    /// Everything the pacer lets go now, back to back, until the outbox is full.
    func sendQueued(at now: Instant, into outbox: inout Outbox) {
        guard let path = transport.selected else { return }
        coreReference._withUnsafeGuaranteedRef { core in
            let hold = audioHold(in: core)
            while !outbox.isFull, let packet = pacer.next(at: now, hold: hold) {
                senders.uncounted(at: Int(packet.sender))?._withUnsafeGuaranteedRef {
                    seal(packet, of: $0, path: path, core: core, at: now, into: &outbox)
                }
            }
        }
    }

    func seal(
        _ packet: EgressPacket, of sender: RTPSender, path: Transport.Path, core: MediaCore, at now: Instant, into outbox: inout Outbox
    ) {
        let isFiller = packet.sent.rewrites.contains(.filler) || packet.kind == .probe
        let store = core.stores.uncounted(packet.sent.store)
        let stored = store?._withUnsafeGuaranteedRef { $0.packet(packet.sent.source) }
        guard isFiller || stored != nil else { return core.counters.add(.storeMiss) }
        outbox.append(to: path.remote, from: path.local) { buffer in
            var composer = PacketComposer(buffer: buffer, packet: packet, now: now)
            if let store, let stored, !packet.sent.rewrites.contains(.filler) {
                store._withUnsafeGuaranteedRef {
                    let evening = core.evensFrames && packet.kind == .video ? $0.shortfall(of: stored) : 0
                    composer.writeMedia(stored, bytes: $0.pointer(to: stored), of: sender, evening: evening)
                }
            } else {
                composer.writePadding(of: sender)
            }
            guard composer.length > 0 else {
                core.counters.add(.packetTooLarge)
                return 0
            }
            guard let length = transport.protectRTP(buffer, length: composer.length) else { return 0 }
            note(length, payload: composer.payloadLength, packet: packet, sender: sender, at: now)
            return length
        }
    }

    private func note(_ length: Int, payload: Int, packet: EgressPacket, sender: RTPSender, at now: Instant) {
        traffic.bytesSent += UInt64(length)
        traffic.packetsSent += 1
        traffic.sent.add(length, at: now)
        if packet.kind == .retransmission { traffic.retransmitted += 1 }
        guard packet.kind == .audio || packet.kind == .video else { return }
        sender.packetCount &+= 1
        sender.unfinishedFrame = packet.endsFrame ? nil : packet.sent.timestamp
        sender.octetCount &+= UInt32(truncatingIfNeeded: payload)
        if sender.needsReport { schedule.senderReport = min(schedule.senderReport, now) }
    }
}
