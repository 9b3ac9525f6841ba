import BenchReport
import CBench
import Glibc
import LoadGenerator
import RTP
import SFU
import Synchronization

/// `parley-bench counters`: one publisher and many viewers of the generator on a media server of this build, inside this process, so that its
/// counters can be read: what a server that gets too little of its core does with the packets it cannot send in time. `--hogs` threads that only
/// compute share the media thread's core.
struct CounterBench {
    private let options: MediaOptions
    private let laboratory: Laboratory
    private let server: MediaServer
    private static let room = RoomID(1)
    private static let serverUfrag = "srv"
    private static let vp8 = CodecParameters(codec: .vp8, payloadType: PayloadType(UInt8(SessionOffer.videoPayloadType)))

    static func run(_ options: MediaOptions) throws {
        let laboratory = try Laboratory(options.ground)
        for viewers in options.viewers { try CounterBench(options, laboratory).measure(viewers) }
    }

    private init(_ options: MediaOptions, _ laboratory: Laboratory) throws {
        (self.options, self.laboratory) = (options, laboratory)
        // Threads run where the one that starts them does.
        bench_pin(Int32(laboratory.serverCore))
        defer { bench_pin(Int32(laboratory.generatorCore)) }
        server = try MediaServer(configuration: MediaServerConfiguration(listen: (host: Laboratory.address, port: 0)))
        try server.start { _ in }
    }

    private func measure(_ count: Int) throws {
        defer { server.stop() }
        let generator = try GeneratorWindow(options)
        defer { generator.stop() }
        let shape = options.shape(viewers: count)
        let video = SendStream(number: 1, ssrc: SSRC(1002), payloadType: Self.vp8.payloadType, shape: shape)
        let publisher = try generator.addPublisher([video])
        let sending = ReceiveSection(
            mid: "0", source: .camera, codecs: [Self.vp8], extensions: HeaderExtensionIDs(), feedback: [.nack, .pli],
            ssrcs: [DeclaredSSRC(ssrc: video.ssrc)])
        try connect(publisher, 1, Sections(receive: [sending]), generator)
        try waitUntilUp(generator)
        generator.sender.add(publisher)
        for number in 0..<count {
            let slot = SlotSection(
                mid: "0", purpose: .video, index: 0, ssrc: SSRC(UInt32(5000 + number)), codecs: [Self.vp8],
                extensions: HeaderExtensionIDs(),
                feedback: [.nack, .pli])
            try connect(try generator.addViewer(), UInt64(number + 2), Sections(slots: [slot]), generator)
            server.send(.setAuto(PeerID(UInt64(number + 2)), false))
        }
        try waitUntilUp(generator)
        try generator.waitUntilMediaFlows()
        let hogs = Hogs(options.hogs, core: laboratory.serverCore)
        defer { hogs.stop() }
        usleep(UInt32(options.warmUp * 1e6))
        let (before, counters) = generator.count(resetting: true) { server.counters() }
        usleep(UInt32(options.seconds * 1e6))
        let (after, later) = generator.count(resetting: false) { server.counters() }
        tell(generator, before, after, counters, later)
    }

    private func tell(
        _ generator: GeneratorWindow, _ before: GeneratorWindow.Counts, _ after: GeneratorWindow.Counts, _ counters: [Counter: UInt64],
        _ later: [Counter: UInt64]
    ) {
        let got = after.received - before.received
        let sent = zip(after.sent, before.sent).reduce(0) { $0 + $1.0 - $1.1 }
        let wanted = Double(sent) * Double(generator.viewers.count)
        print(
            "\(generator.viewers.count) viewers, \(options.hogs) hogs: delivered \((Double(got.packets) / wanted * 100).fixed(2)) %,",
            terminator: " ")
        print("gaps \(Int64(got.expected) - Int64(got.packets + got.padding)), padding \(got.padding),", terminator: " ")
        print("p50 \((generator.delay(0.5) / 1000).fixed(1)) ms, p99 \((generator.delay(0.99) / 1000).fixed(1)) ms")
        for counter in Counter.allCases {
            let difference = (later[counter] ?? 0) - (counters[counter] ?? 0)
            if difference > 0 { print("    \(counter) \(difference)") }
        }
    }

    private func connect(_ endpoint: Endpoint, _ number: UInt64, _ sections: Sections, _ generator: GeneratorWindow) throws {
        let local = ICECredentials(ufrag: "\(Self.serverUfrag)\(number)", password: "the-server's-password-of-\(number)")
        guard let fingerprint = Self.bytes(generator.context.fingerprint) else { throw BenchError("a fingerprint that is none") }
        let participant = ParticipantID(number)
        server.send(
            .openPeer(
                PeerParameters(
                    id: PeerID(number), room: Self.room, participant: participant, localICE: local,
                    remoteICE: ICECredentials(ufrag: endpoint.ufrag, password: endpoint.password),
                    remoteFingerprint: Fingerprint(algorithm: .sha256, bytes: fingerprint), sections: sections, rights: PeerRights())))
        let place = server.endpoint(for: participant, in: Self.room)
        guard let candidate = place.candidates.first(where: { $0.address == Laboratory.address }) else {
            throw BenchError("the media server does not listen on \(Laboratory.address)")
        }
        let hash = place.fingerprint.bytes.map { byte in
            let text = String(byte, radix: 16, uppercase: true)
            return text.count < 2 ? "0" + text : text
        }
        let answer = """
            a=ice-ufrag:\(local.ufrag)
            a=ice-pwd:\(local.password)
            a=setup:passive
            a=fingerprint:sha-256 \(hash.joined(separator: ":"))
            a=candidate:1 1 udp 1 \(candidate.address) \(candidate.port) typ host
            """
        generator.receiver.add(endpoint, remote: try RemoteParameters(sdp: answer, preferring: Laboratory.address))
    }

    private func waitUntilUp(_ generator: GeneratorWindow) throws {
        for _ in 0..<6000 {
            if (generator.publishers + generator.viewers).allSatisfy(\.isUp) { return }
            usleep(5000)
        }
        throw BenchError("not everybody was connected within 30 s")
    }

    private static func bytes(_ fingerprint: String) -> [UInt8]? {
        let bytes = fingerprint.split(separator: ":").compactMap { UInt8($0, radix: 16) }
        return bytes.count == 32 ? bytes : nil
    }
}

/// Threads that only compute, on one core.
final class Hogs: @unchecked Sendable {
    private let isStopping = Atomic(false)
    private var threads: [GeneratorThread] = []

    init(_ count: Int, core: Int) {
        for _ in 0..<count {
            var thread = GeneratorThread()
            thread.start("bench-hog") {
                bench_pin(Int32(core))
                while !self.isStopping.load(ordering: .relaxed) {}
            }
            threads.append(thread)
        }
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        threads = []
    }
}
