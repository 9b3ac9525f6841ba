import RTP

extension RTPSender {
    /// The client decodes nothing until a keyframe comes: stored if there is one, else asked for.
    func keyframeRequested(at now: Instant) {
        guard kind == .video, let source, let target = selector.target, target < source.encodings.count else { return }
        source.wantKeyframe(of: source.encodings[target], at: now)
        // While the wanted layer is awaited the picture on screen is the other one, and that is what broke.
        if let current = selector.current, current != target { source.wantKeyframe(of: source.encodings[current], at: now) }
    }

    /// What was sent under `number`, if it is to be sent again.
    func packetToResend(_ number: SequenceNumber, roundTrip: Int64?, at now: Instant) -> SentPacket? {
        // Without a round-trip time, two requests within 20 ms are one (browsers batch them).
        history.resend(number.rawValue, at: now.nanoseconds, roundTrip: max(20_000_000, roundTrip ?? 0))
    }

    /// What a report block says newly about the slot or its RTX stream.
    func reportReceived(_ block: ReportBlock) -> (expected: Int, lost: Int) {
        block.ssrc == slot.ssrc ? loss.reportReceived(block) : repairLoss.reportReceived(block)
    }

    /// A report is due each second while something is carried, and with each new source.
    func reportIsDue(at now: Instant) -> Bool {
        guard packetCount > 0, encoding != nil else { return false }
        return needsReport || now.nanoseconds - lastReport >= PeerSchedule.reportInterval
    }

    /// Writes a sender report and the CNAME that all slots share.
    func writeReport(to writer: inout RTCPWriter, ntp: NTPTime, at now: Instant) {
        guard let timestamp = timestampNow(at: now) else { return }
        needsReport = false
        lastReport = now.nanoseconds
        writer.senderReport(
            ssrc: slot.ssrc,
            info: SenderInfo(ntp: ntp, rtpTimestamp: RTPTimestamp(timestamp), packetCount: packetCount, octetCount: octetCount))
        writer.sourceDescription(ssrc: slot.ssrc, cname: Self.cname)
    }

    /// As in the answer's `a=ssrc` lines (Signaling's Answerer.cname).
    static let cname: [UInt8] = Array("parley".utf8)
}
