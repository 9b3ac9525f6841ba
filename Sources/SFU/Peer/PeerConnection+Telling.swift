import RTP

/// What signalling is told about a peer.
extension PeerConnection {
    /// Sent when a layer, a size or a reason changes, and when rates have moved by a quarter, then at most every two seconds.
    func reportLayers(at now: Instant) {
        guard layersHaveChanged(at: now) else { return }
        toldLayers = layerReports(at: now)
        toldLayersAt = now
        core.emit(.layers(id, toldLayers))
    }

    func layerReports(at now: Instant) -> [LayerReport] {
        senderOrder.compactMap { senders[$0]?.layerReport(estimate: isAuto ? bandwidth.value ?? 0 : 0, at: now) }
    }

    /// Compares without making the list, which would allocate ten times a second.
    private func layersHaveChanged(at now: Instant) -> Bool {
        var position = 0
        let mayTellRates = now.nanoseconds - toldLayersAt.nanoseconds >= 2_000_000_000
        for row in senderOrder {
            guard let sender = senders[row], sender.kind == .video, let source = sender.source else { continue }
            guard position < toldLayers.count else { return true }
            let told = toldLayers[position]
            position += 1
            let shown = sender.selector.current.map { source.encodings[$0] }
            if told.track != source.trackID || told.reason != sender.decision.reason || told.rid != shown?.ridText
                || (told.layer == nil) != (shown == nil) || told.height != (shown?.height ?? 0) || told.width != (shown?.width ?? 0)
                || told.mid != sender.slot.mid
            {
                return true
            }
            if mayTellRates, let shown {
                if moved(told.bitrate, shown.meter.bitrate(at: now)) { return true }
                if isAuto, moved(told.estimate, bandwidth.value ?? 0) { return true }
            }
        }
        return position != toldLayers.count
    }

    private func moved(_ told: Int, _ present: Int) -> Bool { abs(told - present) > max(told, 50_000) / 4 }

    func statistics(at now: Instant) -> PeerStatistics {
        var result = PeerStatistics()
        result.roundTripTime = roundTrip.map { Double($0) / 1e6 }
        result.bytesReceived = traffic.bytesReceived
        result.bytesSent = traffic.bytesSent
        result.packetsReceived = traffic.packetsReceived
        result.packetsSent = traffic.packetsSent
        result.packetsLost = senders.reduce(into: 0) { $0 += Int64($1?.loss.cumulative ?? 0) }
        result.retransmitted = traffic.retransmitted
        result.estimate = bandwidth.value ?? 0
        result.selectedAddress = transport.selected?.remote.description
        result.layers = layerReports(at: now)
        return result
    }
}
