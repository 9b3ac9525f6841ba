import CLinux
import Glibc
import LoadGenerator
import RTP
import SFU

/// One publisher's video to many viewers through one fresh server process.
struct ForwardingRun {
    let options: MediaOptions
    let laboratory: Laboratory

    func measure(_ name: String, viewers count: Int, shape: TrafficShape) throws -> Measurement {
        let generator = try GeneratorWindow(options)
        defer { generator.stop() }
        var limited = options
        limited.viewers = [count]
        let peer = try PeerCatalogue.start(name, options: limited, in: laboratory)
        defer { peer.process.end() }
        let began = parley_clock_ns(CLOCK_MONOTONIC)
        try connect(generator, to: peer, viewers: count, shape: shape)
        let setUp = Double(parley_clock_ns(CLOCK_MONOTONIC) - began) / 1e9
        try generator.waitUntilMediaFlows()
        usleep(UInt32(options.warmUp * 1e6))

        let (before, usageBefore) = generator.count(resetting: true) {
            (ProcessUsage(of: peer.process.pid), parley_clock_ns(CLOCK_MONOTONIC))
        }
        usleep(UInt32(options.seconds * 1e6))
        let (after, usageAfter) = generator.count(resetting: false) {
            (ProcessUsage(of: peer.process.pid), parley_clock_ns(CLOCK_MONOTONIC))
        }
        try peer.process.requireAlive()

        let profile = generator.viewers.first?.profile == .aeadAES128GCM ? "AEAD_AES_128_GCM" : "AES128_CM_SHA1_80"
        let cpu = usageAfter.0.cpuNanoseconds(since: usageBefore.0)
        return Self.result(
            peer: peer.name, generator, before, after, cpu: Double(cpu), nanoseconds: usageAfter.1 - usageBefore.1, shape: shape,
            profile: profile, usage: usageAfter.0, setUp: setUp)
    }

    private func connect(_ generator: GeneratorWindow, to peer: any MediaPeer, viewers count: Int, shape: TrafficShape) throws {
        let video = SendStream(
            number: 1, ssrc: SSRC(UInt32.random(in: 1...UInt32.max)), payloadType: PayloadType(UInt8(SessionOffer.videoPayloadType)),
            shape: shape)
        let publisher = try generator.addPublisher([video])
        generator.receiver.add(publisher, remote: try peer.publish(publisher, offer: offer(publisher, .sendonly, generator)))
        try generator.waitUntilUp(peer.process)
        generator.sender.add(publisher)
        for _ in 0..<count {
            let viewer = try generator.addViewer()
            generator.receiver.add(viewer, remote: try peer.watch(viewer, offer: offer(viewer, .recvonly, generator)))
        }
        try generator.waitUntilUp(peer.process)
    }

    private func offer(_ endpoint: Endpoint, _ direction: SessionOffer.Direction, _ generator: GeneratorWindow) -> SessionOffer {
        SessionOffer(endpoint: endpoint, fingerprint: generator.context.fingerprint, direction: direction, hasAudio: false)
    }

    static func result(
        peer: String, _ generator: GeneratorWindow, _ before: GeneratorWindow.Counts, _ after: GeneratorWindow.Counts, cpu: Double,
        nanoseconds: Int64, shape: TrafficShape, profile: String, usage: ProcessUsage, setUp: Double
    ) -> Measurement {
        let got = after.received - before.received
        let sent = after.sent - before.sent
        let wanted = Double(sent) * Double(generator.viewers.count)
        let seconds = Double(nanoseconds) / 1e9
        // What the generator itself handed over is not the server's.
        let handedOver = Double(after.kernel.out - before.kernel.out) - Double(sent)
        return Measurement(
            peer: peer, viewers: generator.viewers.count, profile: profile, packetsPerSecondIn: shape.packetsPerSecond,
            packetBytes: shape.packetBytes, pattern: shape.pattern.rawValue, seconds: seconds, delivered: got.packets,
            deliveryRatio: Double(got.packets) / max(1, wanted),
            sequenceLoss: 1 - Double(got.packets + got.padding) / max(1, Double(got.expected)), samplesIntact: got.intact,
            samplesAltered: got.altered,
            samplesUndecryptable: got.undecryptable,
            padding: got.padding, microsecondsPerPacket: cpu / 1000 / max(1, Double(got.packets)),
            serverCPU: cpu / Double(nanoseconds), delayP50: generator.delay(0.5), delayP99: generator.delay(0.99),
            delayP999: generator.delay(0.999), runLength: Double(got.packets) / max(1, handedOver), residentKiB: usage.residentKiB,
            threads: usage.threadCount, generatorLateP99: Double(generator.sender.lateness.quantile(0.99) ?? 0) / 1000,
            overflowed: after.kernel.overflowed - before.kernel.overflowed, setUpSeconds: setUp)
    }
}
