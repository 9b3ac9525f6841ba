import BenchReport
import Glibc
import LoadGenerator
import RTP

/// Publishers' video to many viewers each, through one fresh server process.
struct ForwardingRun {
    let options: MediaOptions
    let laboratory: Laboratory
    /// Media threads of the server, where it can have several.
    var workers = 1

    /// Publishers send this long, in microseconds, before memory is read: what a stream needs is there then.
    private static let publishing: UInt32 = 1_000_000

    /// - Parameters:
    ///   - count: viewers of each publisher.
    ///   - shape: of all publishers together; they share its rate.
    func measure(_ name: String, viewers count: Int, shape: TrafficShape, publishers: Int = 1) throws -> Measurement {
        let generator = try GeneratorWindow(options)
        defer { generator.stop() }
        let peer = try PeerCatalogue.start(
            name, viewers: count * publishers, publishers: publishers, workers: workers, options: options, in: laboratory)
        defer { peer.process.end() }
        let idle = ProcessUsage(of: peer.process.pid).residentKiB
        let began = Clock.now
        try publish(generator, to: peer, shape: shape, publishers: publishers)
        let setUpOfPublishers = Clock.now - began
        usleep(Self.publishing)
        let published = ProcessUsage(of: peer.process.pid).residentKiB
        let resumed = Clock.now
        let seats = try watch(generator, peer, count * publishers, publishers)
        let setUp = Double(setUpOfPublishers + Clock.now - resumed) / 1e9
        try generator.waitUntilMediaFlows()
        let window = try MeasuredWindow(generator, peer.process, options)
        let wanted = Double(window.sent.reduce(0, +)) * Double(count)
        var result = window.measurement(of: name, wanted: wanted, setUp: setUp)
        result.packetsPerSecondIn = shape.packetsPerSecond
        (result.packetBytes, result.pattern, result.publishers) = (shape.packetBytes, shape.pattern.rawValue, publishers)
        result.audience = Audience(
            workers: workers, viewersByWorker: seats.isEmpty ? [] : (0..<workers).map { worker in seats.count { $0 == worker } },
            cpuShares: window.mediaShares, idleKiB: idle, publishedKiB: published, watchedKiB: result.residentKiB,
            layers: generator.streams.count, viewers: generator.viewers.count)
        return result
    }

    private func publish(_ generator: GeneratorWindow, to peer: any MediaPeer, shape: TrafficShape, publishers: Int) throws {
        for (number, video) in Self.streams(shape, publishers: publishers).enumerated() {
            let publisher = try generator.addPublisher([video])
            let remote = try peer.publish(publisher, number: number, offer: offer(publisher, .sendonly, generator))
            generator.receiver.add(publisher, remote: remote)
        }
        try generator.waitUntilUp(peer.process)
        for publisher in generator.publishers { generator.sender.add(publisher) }
    }

    /// One of each publisher; they share the rate, and their frames do not begin together.
    static func streams(_ shape: TrafficShape, publishers: Int) -> [SendStream] {
        var share = shape
        share.packetsPerSecond = max(shape.framesPerSecond, shape.packetsPerSecond / publishers)
        return (0..<publishers).map { number in
            SendStream(
                number: UInt32(number + 1), ssrc: SSRC(UInt32.random(in: 1...UInt32.max)),
                payloadType: PayloadType(UInt8(SessionOffer.videoPayloadType)), shape: share,
                phase: Int64(number) * 1_000_000_000 / Int64(share.framesPerSecond) / Int64(publishers),
                repair: SSRC(UInt32.random(in: 1...UInt32.max)))
        }
    }

    /// - Returns: the worker of each viewer, where answers tell.
    private func watch(_ generator: GeneratorWindow, _ peer: any MediaPeer, _ count: Int, _ publishers: Int) throws -> [Int] {
        var workers: [Int] = []
        for number in 0..<count {
            let viewer = try generator.addViewer()
            let remote = try peer.watch(viewer, publisher: number % publishers, offer: offer(viewer, .recvonly, generator))
            if let worker = peer.worker(of: remote) { workers.append(worker) }
            generator.receiver.add(viewer, remote: remote)
        }
        try generator.waitUntilUp(peer.process)
        return workers
    }

    private func offer(_ endpoint: Endpoint, _ direction: SessionOffer.Direction, _ generator: GeneratorWindow) -> SessionOffer {
        let section = SessionOffer.Section(kind: .video, direction: direction, mid: "0", streams: endpoint.published)
        return SessionOffer(endpoint: endpoint, fingerprint: generator.context.fingerprint, sections: [section])
    }
}
