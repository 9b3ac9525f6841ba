import RTP

/// What a client tells the server about what it receives, and about what it sends.
extension ScriptedPeer {
    func sendFeedback(at now: Instant) {
        var writer = WireRTCPWriter()
        for slot in videoSlots {
            let requests = slot.requests(at: now)
            let media = slot.section.ssrc.rawValue
            if !requests.nack.isEmpty { writer.nack(sender: reporterSSRC, media: media, requests.nack) }
            if requests.pictureLoss { events.asked("PLI for slot \(slot.section.mid)", at: now) }
            if requests.pictureLoss { writer.pictureLoss(sender: reporterSSRC, media: media) }
        }
        if let estimate = bandwidth.advance(to: now), !videoSlots.isEmpty {
            let value = min(estimate, bandwidthCeiling ?? .max)
            events.asked("REMB \(value / 1000) kbit/s, receives \(Int(bandwidth.receivedRate) / 1000)", at: now)
            writer.remb(sender: reporterSSRC, bitrate: value, ssrcs: videoSlots.map(\.section.ssrc.rawValue))
        }
        transmit(writer)
    }

    func sendReports(at now: Instant) {
        for stream in sendStreams where stream.packets > 0 {
            var writer = WireRTCPWriter()
            let parameters = stream.parameters
            writer.senderReport(
                ssrc: parameters.ssrc, ntp: wallClock.ntp(at: now), rtp: stream.timestamp(at: now), packets: stream.packets,
                octets: stream.octets)
            writer.sourceDescription(ssrc: parameters.ssrc, cname: "sim\(plan.index)")
            transmit(writer)
        }
        guard reports else { return }
        let blocks = audioSlots.compactMap { $0.report(at: now) } + videoSlots.compactMap { $0.report(at: now) }
        for start in stride(from: 0, to: blocks.count, by: 31) {
            var writer = WireRTCPWriter()
            writer.receiverReport(ssrc: reporterSSRC, blocks: Array(blocks[start..<min(start + 31, blocks.count)]))
            transmit(writer)
        }
    }
}
