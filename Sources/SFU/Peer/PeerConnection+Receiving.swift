import RTP

extension PeerConnection {
    /// Takes one RTP datagram from an address of this peer.
    func receiveRTP(_ datagram: UnsafeMutableRawBufferPointer, from: SocketAddress, at now: Instant) {
        guard let ssrc = RTPHeader.ssrc(of: UnsafeRawBufferPointer(datagram)) else { return core.counters.add(.rtpMalformed) }
        let known = bindings.index(of: ssrc)
        guard known != nil || !bindings.isFull || forgetRetired(at: now) else { return core.counters.add(.tooManySSRCs) }
        guard let length = transport.unprotectRTP(datagram, from: from) else { return }
        let packet = UnsafeMutableRawBufferPointer(rebasing: datagram[0..<length])
        guard let header = try? RTPHeader(parsing: UnsafeRawBufferPointer(packet)) else { return core.counters.add(.rtpMalformed) }
        traffic.packetsReceived += 1
        traffic.bytesReceived += UInt64(length)
        let found = HeaderExtensions(header, in: UnsafeRawBufferPointer(packet), ids: extensions)
        if let number = found.transportSequenceNumber {
            feedback.received(number.sequenceNumber, at: now)
            if let deadline = feedback.nextDeadline { wakeForDuty(at: deadline) }
        }
        // By far the most frequent case, for which no reference is counted.
        if let encoding = bindings.nearEncoding(of: ssrc) {
            return encoding._withUnsafeGuaranteedRef { receiveMedia(packet, header, found, $0, at: now) }
        }
        switch known.map({ bindings[$0] }) ?? .unbound {
        case .media(let encoding): receiveMedia(packet, header, found, encoding, at: now)
        case .repair(let encoding): receiveRepair(packet, header, found, encoding, at: now)
        case .retired: core.counters.add(.unboundSSRC)
        case .unbound: bindAndReceive(packet, header, found, at: now)
        }
    }

    private func receiveMedia(
        _ packet: UnsafeMutableRawBufferPointer, _ header: RTPHeader, _ found: HeaderExtensions, _ encoding: Encoding, at now: Instant
    ) {
        // It may be what is missing: then the next request is due later.
        if !encoding.nacks.isEmpty { isDutyKnown = false }
        encoding.owner._withUnsafeGuaranteedRef {
            $0.receive(
                UnsafeRawBufferPointer(packet), header: header, extensions: found, encoding: encoding, isRepair: false, at: now)
        }
        noteGaps(of: encoding)
    }

    /// What is missing is to be asked for.
    private func noteGaps(of encoding: Encoding) {
        if let deadline = encoding.nacks.nextDeadline { wake(at: deadline) }
    }

    private func receiveRepair(
        _ packet: UnsafeMutableRawBufferPointer, _ header: RTPHeader, _ found: HeaderExtensions, _ encoding: Encoding, at now: Instant
    ) {
        guard header.payloadLength >= RTX.overhead else { return core.counters.add(.paddingReceived) }
        guard let ssrc = encoding.ssrc, let type = encoding.receiver.payloadType(repairedBy: header.payloadType) else {
            return core.counters.add(.unboundSSRC)
        }
        guard let original = try? RTX.decapsulate(packet, header: header, ssrc: ssrc, payloadType: type),
            let originalHeader = try? RTPHeader(parsing: UnsafeRawBufferPointer(original))
        else { return core.counters.add(.rtpMalformed) }
        if !encoding.nacks.isEmpty { isDutyKnown = false }
        encoding.receiver.receive(
            UnsafeRawBufferPointer(original), header: originalHeader, extensions: found, encoding: encoding, isRepair: true, at: now)
        noteGaps(of: encoding)
    }

    /// An SSRC without a place yet: MID and RID in its header extensions say whose it is (RFC 8843 §9.2, RFC 8852), or a payload type that
    /// only one section uses.
    private func bindAndReceive(
        _ packet: UnsafeMutableRawBufferPointer, _ header: RTPHeader, _ found: HeaderExtensions, at now: Instant
    ) {
        core.handOnBurst()
        switch binding(for: header, found) {
        case .media(let encoding):
            guard bind(header.ssrc, asMediaOf: encoding) else { return core.counters.add(.tooManySSRCs) }
            receiveMedia(packet, header, found, encoding, at: now)
        case .repair(let encoding):
            guard bindings.bind(header.ssrc, to: .repair(encoding)) else { return core.counters.add(.tooManySSRCs) }
            if let before = encoding.repairSSRC { bindings.bind(before, to: .retired(encoding, at: now)) }
            encoding.repairSSRC = header.ssrc
            receiveRepair(packet, header, found, encoding, at: now)
        case .retired, .unbound:
            bindings.bind(header.ssrc, to: .unbound)
            core.counters.add(.unboundSSRC)
        }
    }

    private func binding(for header: RTPHeader, _ found: HeaderExtensions) -> SSRCBindings.Binding {
        guard let receiver = found.mid.map({ mid in receivers.first { $0.mid == mid } }) ?? receiver(usingOnly: header.payloadType) else {
            return .unbound
        }
        let payload = receiver.payload(of: header.payloadType)
        if payload == .unknown { return .unbound }
        if let repaired = found.repairedRID ?? (payload == .repair ? found.rid : nil) {
            return receiver.encoding(rid: repaired).map { .repair($0) } ?? .unbound
        }
        if let rid = found.rid { return receiver.encoding(rid: rid).map { .media($0) } ?? .unbound }
        guard !receiver.isSimulcast, let only = receiver.encodings.first else { return .unbound }
        return payload == .repair ? .repair(only) : .media(only)
    }

    /// RFC 8843 §9.2 allows the payload type to decide where it is used in one section alone.
    private func receiver(usingOnly type: PayloadType) -> RTPReceiver? {
        var only: RTPReceiver?
        for receiver in receivers where receiver.payload(of: type) != .unknown {
            guard only == nil, receiver.section.ssrcs.isEmpty else { return nil }
            only = receiver
        }
        return only
    }

    /// A stream of a section begins, or begins anew under another SSRC.
    @discardableResult
    func bind(_ ssrc: SSRC, asMediaOf encoding: Encoding) -> Bool {
        guard bindings.bind(ssrc, to: .media(encoding)) else { return false }
        if let before = encoding.ssrc, before != ssrc { beginAnew(encoding, insteadOf: before) }
        encoding.ssrc = ssrc
        encoding.bindStore(in: core.stores, kind: encoding.receiver.kind)
        schedule.receiverReport = min(schedule.receiverReport, core.now + .nanoseconds(PeerSchedule.videoReportInterval))
        if schedule.remb == .distantFuture { schedule.remb = core.now }
        isDutyKnown = false
        return true
    }

    /// The stream goes on under another SSRC.
    private func beginAnew(_ encoding: Encoding, insteadOf former: SSRC) {
        bindings.bind(former, to: .retired(encoding, at: core.now))
        encoding.receiver.restart(encoding, at: core.now)
    }

    /// Makes room in the table of SSRCs, where some of them are of the past.
    private func forgetRetired(at now: Instant) -> Bool {
        for ssrc in bindings.removeRetired(at: now) { transport.srtp?.forgetInbound(ssrc) }
        return !bindings.isFull
    }

    // MARK: RTCP

    func receiveRTCP(_ datagram: UnsafeMutableRawBufferPointer, from: SocketAddress, at now: Instant) {
        guard let length = transport.unprotectRTCP(datagram, from: from) else { return }
        traffic.bytesReceived += UInt64(length)
        var reader = RTCPReader(UnsafeRawBufferPointer(rebasing: datagram[0..<length]))
        while let packet = reader.nextValid(onError: { _ in core.counters.add(.rtcpMalformed) }) {
            switch packet {
            case .senderReport(let report):
                senderReport(report, at: now)
                for block in report.reports { reportBlock(block, at: now) }
            case .receiverReport(let report): for block in report.reports { reportBlock(block, at: now) }
            case .genericNACK(let nack): if let sender = sender(of: nack.media) { resend(nack, by: sender, at: now) }
            case .pictureLossIndication(let message): if let sender = sender(of: message.media) { sender.keyframeRequested(at: now) }
            case .fullIntraRequest(let message):
                for entry in message { if let sender = sender(of: entry.ssrc) { sender.keyframeRequested(at: now) } }
            case .receiverEstimatedMaximumBitrate(let message):
                bandwidth.rembReceived(message.bitrate.bitsPerSecond, sent: traffic.sent.bitsPerSecond(at: now), at: now)
                schedule.adapt = now
                wake(at: now)
            case .sourceDescription, .goodbye, .transportFeedback, .extendedReport, .unknown: break
            }
        }
    }

    private func senderReport(_ report: SenderReport, at now: Instant) {
        guard let index = bindings.index(of: report.ssrc), case .media(let encoding) = bindings[index] else { return }
        clock.reportReceived(ntp: report.info.ntp, at: now)
        encoding.reportedTime = ReportedTime(ntp: report.info.ntp, timestamp: report.info.rtpTimestamp.rawValue, arrival: now)
        encoding.receiver.relayReport(of: encoding)
    }

    private func reportBlock(_ block: ReportBlock, at now: Instant) {
        guard let sender = sender(of: block.ssrc) else { return }
        if block.ssrc == sender.slot.ssrc { sender.isKnownToReceiver = true }
        let news = sender.reportReceived(block)
        let sample = NTPTime.roundTrip(
            arrival: core.ntp(at: now), lastReport: block.lastSenderReport, delay: block.delaySinceLastSenderReport
        )?.inNanoseconds
        // A queue that has just formed is believed at once: until it is, every repair on its way is asked for, and sent, again.
        if let sample { roundTrip = roundTrip.map { max(($0 * 7 + sample) / 8, sample) } ?? sample }
        bandwidth.reportReceived(
            expected: news.expected, lost: news.lost, roundTrip: sample, sent: traffic.sent.bitsPerSecond(at: now), at: now)
        let verdict = prober.reportAnswered(
            block.lastSenderReport, roundTrip: sample, minimum: bandwidth.minimumRoundTrip, decreases: bandwidth.decreases, at: now)
        // Reports that were kept back meanwhile.
        if verdict != .none { schedule.senderReport = now }
        if case .succeeded(let rate) = verdict {
            bandwidth.probeSucceeded(at: rate)
            for sender in senders { sender?.climbing.roomFound() }
        }
        adaptSoon(at: now)
    }

    private func sender(of ssrc: SSRC) -> RTPSender? {
        for sender in senders {
            if let sender, sender.slot.ssrc == ssrc || sender.slot.rtx == ssrc { return sender }
        }
        return nil
    }

    /// Answers a NACK from the publisher's store, over the slot's RTX stream (RFC 4588).
    private func resend(_ nack: GenericNACK, by sender: RTPSender, at now: Instant) {
        guard sender.slot.rtx != nil else { return core.counters.add(.nackIgnored) }
        for number in nack {
            // Repairs have a share of the path, not the path: on a full one they would only push out what they repair.
            guard repairBudget.admits(at: now), let sent = sender.packetToResend(number, roundTrip: roundTrip, at: now) else {
                core.counters.add(.nackIgnored)
                continue
            }
            let packet = EgressPacket(
                sent: sent, sender: UInt16(sender.index), bytes: 1_200, kind: .retransmission, endsFrame: false, enqueued: now.nanoseconds)
            if pacer.enqueue(packet) { wake(at: now) } else { core.counters.add(.pacerOverflow) }
            repairBudget.spent(Int(packet.bytes))
        }
    }
}
