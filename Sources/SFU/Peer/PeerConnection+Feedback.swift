import RTP

/// What a publisher is told: arrivals, losses, reports, keyframe wishes, and a bandwidth hint.
extension PeerConnection {
    /// Our SSRC in RTCP; browsers take any (measured with 1).
    static let rtcpSSRC = SSRC(1)
    /// Room for one RTCP datagram, below every path's MTU.
    static let rtcpBytes = 1_200

    func sendFeedback(at now: Instant, into outbox: inout Outbox) {
        if let due = feedback.nextDeadline, due <= now { sendTransportFeedback(at: now, into: &outbox) }
        let reportsDue = schedule.receiverReport <= now
        let rembDue = schedule.remb <= now
        let requestsDue = hasRequestsDue(at: now)
        guard reportsDue || rembDue || requestsDue else { return }
        sendRTCP(into: &outbox) { writer in
            if reportsDue { writeReceiverReports(to: &writer, at: now) } else { writer.receiverReport(ssrc: Self.rtcpSSRC) }
            if rembDue { writeREMB(to: &writer, at: now) }
            if requestsDue { writeRequests(to: &writer, at: now) }
        }
    }

    /// Composes, encrypts and queues one RTCP datagram.
    func sendRTCP(into outbox: inout Outbox, _ body: (inout RTCPWriter) -> Void) {
        guard let path = transport.selected else { return }
        outbox.append(to: path.remote, from: path.local) { buffer in
            var writer = RTCPWriter(UnsafeMutableRawBufferPointer(rebasing: buffer[0..<Self.rtcpBytes]))
            body(&writer)
            guard writer.count > 0, let length = transport.protectRTCP(buffer, length: writer.count) else { return 0 }
            traffic.bytesSent += UInt64(length)
            return length
        }
    }

    // MARK: Transport-wide feedback

    private func sendTransportFeedback(at now: Instant, into outbox: inout Outbox) {
        guard let media = anyIncomingSSRC else { return feedback.postpone(to: now) }
        feedback.relax(core.audioHold.alone.nanoseconds > 0 && receivers.allSatisfy { $0.kind == .audio })
        // One message covers what fits its reach; eight are more than a report interval can bring.
        for _ in 0..<8 {
            var wrote = false
            sendRTCP(into: &outbox) { writer in
                wrote = feedback.write(to: &writer, sender: Self.rtcpSSRC, media: media, at: now)
            }
            if !wrote || feedback.nextDeadline == nil { return }
        }
    }

    /// Feedback must name an SSRC that the peer really sends.
    private var anyIncomingSSRC: SSRC? {
        for receiver in receivers {
            for encoding in receiver.encodings {
                if let ssrc = encoding.ssrc ?? encoding.repairSSRC { return ssrc }
            }
        }
        return nil
    }

    // MARK: Receiver reports

    private func writeReceiverReports(to writer: inout RTCPWriter, at now: Instant) {
        var blocks = ReportBlockBuffer()
        var hasVideo = false
        for receiver in receivers {
            for encoding in receiver.encodings where encoding.statistics.packets > 0 {
                if receiver.kind == .video { hasVideo = true }
                blocks.append(encoding.report(at: now))
            }
        }
        writer.receiverReport(ssrc: Self.rtcpSSRC, reports: blocks)
        let interval = hasVideo ? PeerSchedule.videoReportInterval : PeerSchedule.reportInterval
        schedule.receiverReport = now.advanced(byNanoseconds: interval)
    }

    // MARK: REMB

    /// Firefox starts three times faster with a REMB beside transport-wide feedback; Chromium takes it for a cap, so it stays well above
    /// what arrives (both measured).
    private func writeREMB(to writer: inout RTCPWriter, at now: Instant) {
        var sources = SSRCBuffer()
        var arriving = 0
        for receiver in receivers where receiver.section.feedback.contains(.remb) {
            for encoding in receiver.encodings {
                guard let ssrc = encoding.ssrc else { continue }
                sources.append(ssrc)
                arriving += encoding.meter.bitrate(at: now)
            }
        }
        guard sources.count > 0 else {
            schedule.remb = .distantFuture
            return
        }
        writer.receiverEstimatedMaximumBitrate(
            sender: Self.rtcpSSRC, bitrate: DataRate(bitsPerSecond: max(Self.rembFloor, arriving * 3)), sources: sources)
        schedule.remb = now.advanced(byNanoseconds: PeerSchedule.rembInterval)
    }

    /// Above a camera's three layers and a shared screen together (2.35 + 2.5 Mbit/s), in bit/s.
    static let rembFloor = 6_000_000

    // MARK: Retransmission and keyframe requests

    private func hasRequestsDue(at now: Instant) -> Bool {
        for receiver in receivers {
            if let due = receiver.keyframes.nextDeadline, due <= now { return true }
            for encoding in receiver.encodings {
                if let due = encoding.nacks.nextDeadline, due <= now { return true }
            }
        }
        return false
    }

    private func writeRequests(to writer: inout RTCPWriter, at now: Instant) {
        for receiver in receivers {
            for encoding in receiver.encodings { writeNACK(of: encoding, to: &writer, at: now) }
            guard let wanted = receiver.keyframes.takeDue(at: now) else { continue }
            let named = receiver.encodings[min(wanted, receiver.encodings.count - 1)].ssrc
            guard let media = named ?? receiver.encodings.lazy.compactMap(\.ssrc).first else { continue }
            if writer.pictureLossIndication(sender: Self.rtcpSSRC, media: media) { core.counters.add(.keyframeRequested) }
        }
    }

    private func writeNACK(of encoding: Encoding, to writer: inout RTCPWriter, at now: Instant) {
        guard let ssrc = encoding.ssrc, let due = encoding.nacks.nextDeadline, due <= now else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 128) { numbers in
            let (count, outcome) = encoding.nacks.takeDue(at: now, roundTrip: publisherRoundTrip, into: numbers)
            if count > 0 {
                let lost = UnsafeBufferPointer(rebasing: numbers[0..<count]).lazy.map { SequenceNumber($0) }
                _ = writer.genericNACK(sender: Self.rtcpSSRC, media: ssrc, lost: lost)
            }
            if outcome == .beyondRepair { encoding.receiver.wantKeyframe(of: encoding, at: now) }
        }
    }

    /// The way to the peer and back is the same for what it sends and what it receives.
    private var publisherRoundTrip: Int64? { roundTrip }
}
