import BenchReport
import LoadGenerator
import RTP

/// Publishers' video to many viewers each, through one fresh server process.
struct ForwardingRun {
    let options: MediaOptions
    let laboratory: Laboratory

    /// - Parameters:
    ///   - count: viewers of each publisher.
    ///   - shape: of all publishers together; they share its rate.
    func measure(_ name: String, viewers count: Int, shape: TrafficShape, publishers: Int = 1) throws -> Measurement {
        let generator = try GeneratorWindow(options)
        defer { generator.stop() }
        let peer = try PeerCatalogue.start(name, viewers: count * publishers, options: options, in: laboratory)
        defer { peer.process.end() }
        let began = Clock.now
        try connect(generator, to: peer, viewers: count, shape: shape, publishers: publishers)
        let setUp = Double(Clock.now - began) / 1e9
        try generator.waitUntilMediaFlows()
        let window = try MeasuredWindow(generator, peer.process, options)
        let wanted = Double(window.sent.reduce(0, +)) * Double(count)
        var result = window.measurement(of: name, wanted: wanted, setUp: setUp)
        result.packetsPerSecondIn = shape.packetsPerSecond
        (result.packetBytes, result.pattern, result.publishers) = (shape.packetBytes, shape.pattern.rawValue, publishers)
        return result
    }

    private func connect(
        _ generator: GeneratorWindow, to peer: any MediaPeer, viewers count: Int, shape: TrafficShape, publishers: Int
    ) throws {
        var share = shape
        share.packetsPerSecond = max(shape.framesPerSecond, shape.packetsPerSecond / publishers)
        for number in 0..<publishers {
            let video = SendStream(
                number: UInt32(number + 1), ssrc: SSRC(UInt32.random(in: 1...UInt32.max)),
                payloadType: PayloadType(UInt8(SessionOffer.videoPayloadType)), shape: share,
                phase: Int64(number) * 1_000_000_000 / Int64(share.framesPerSecond) / Int64(publishers))
            let publisher = try generator.addPublisher([video])
            let remote = try peer.publish(publisher, number: number, offer: offer(publisher, .sendonly, generator))
            generator.receiver.add(publisher, remote: remote)
        }
        try generator.waitUntilUp(peer.process)
        for publisher in generator.publishers { generator.sender.add(publisher) }
        for number in 0..<count * publishers {
            let viewer = try generator.addViewer()
            let remote = try peer.watch(viewer, publisher: number % publishers, offer: offer(viewer, .recvonly, generator))
            generator.receiver.add(viewer, remote: remote)
        }
        try generator.waitUntilUp(peer.process)
    }

    private func offer(_ endpoint: Endpoint, _ direction: SessionOffer.Direction, _ generator: GeneratorWindow) -> SessionOffer {
        let section = SessionOffer.Section(kind: .video, direction: direction, mid: "0", streams: endpoint.published)
        return SessionOffer(endpoint: endpoint, fingerprint: generator.context.fingerprint, sections: [section])
    }
}
