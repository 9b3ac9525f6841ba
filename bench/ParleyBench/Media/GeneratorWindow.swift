import CLinux
import Glibc
import LoadGenerator
import SFU

/// The generator around one measurement: its two threads, its endpoints, and the counts at the window's two ends.
final class GeneratorWindow {
    /// What is under way when the sender stops has this long to arrive, in milliseconds: longer than any delay that counts as carried …
    private static let settling: UInt32 = 15
    /// … and where packets are lost so long, for several tries.
    private static let repairing: UInt32 = 250
    /// … and where a server still sends then, until it has been silent for so many times 5 ms, a second at most.
    private static let silentTurns = 4
    private static let mostTurns = 200

    let receiver: Receiver
    let sender: Sender
    let context: DTLSContext
    private(set) var publishers: [Endpoint] = []
    private(set) var viewers: [Endpoint] = []
    private var participants: [Endpoint] = []
    private let options: MediaOptions

    struct Counts {
        var received = EndpointCounters.Snapshot()
        /// Of each stream, in the order of the publishers.
        var sent: [UInt64] = []
        var kernel = DatagramStatistics()
        /// Datagrams that the generator handed over, and RTCP that came to it.
        var handedOver: UInt64 = 0
        var reportsReceived: UInt64 = 0
        /// CPU time of this process, in nanoseconds: the generator's, and the loop's or reflector's where those stand in for a server.
        var ownCPU: Int64 = 0
        /// Datagrams that the kernel threw away at the generator's own sockets.
        var drops: UInt64 = 0
        /// How long publishers have been sending, in nanoseconds.
        var sending: Int64 = 0
        /// Packets that publishers sent again.
        var sentAgain: UInt64 = 0
    }

    init(_ options: MediaOptions) throws {
        self.options = options
        sender = Sender(tick: options.pattern == .even ? Sender.evenTick : Sender.tickOfFrames)
        receiver = try Receiver(sampling: options.sampling)
        context = try DTLSContext(profiles: options.profile)
        receiver.start()
        sender.start()
    }

    /// Ends both threads.
    func stop() {
        sender.stop()
        receiver.stop()
    }

    func addViewer() throws -> Endpoint {
        let endpoint = try makeEndpoint(number: viewers.count)
        viewers.append(endpoint)
        return endpoint
    }

    func addPublisher(_ streams: [SendStream]) throws -> Endpoint {
        let endpoint = try makeEndpoint(number: publishers.count)
        for (row, stream) in streams.enumerated() {
            stream.repair.loss = LossPattern(percent: options.uplinkLoss, seed: UInt64(publishers.count * 16 + row) << 32)
        }
        endpoint.published = streams
        publishers.append(endpoint)
        return endpoint
    }

    private func makeEndpoint(number: Int) throws -> Endpoint {
        let endpoint = try Endpoint(address: Laboratory.address, context: context)
        endpoint.incomingLoss = LossPattern(percent: options.loss, seed: UInt64(number + 1))
        endpoint.isSilent = options.isSilent
        return endpoint
    }

    /// One connection that sends and receives.
    func addParticipant(_ streams: [SendStream]) throws -> Endpoint {
        let endpoint = try addPublisher(streams)
        viewers.append(endpoint)
        participants.append(endpoint)
        return endpoint
    }

    /// - Throws: if somebody's handshake fails, or is not done within 30 s.
    func waitUntilUp(_ process: ServerProcess) throws {
        for _ in 0..<6000 {
            let all = publishers + viewers
            if let failed = all.first(where: \.hasFailed) { throw BenchError("a handshake failed: \(failed.failure)") }
            if all.allSatisfy(\.isUp) { return }
            try process.requireAlive()
            usleep(5000)
        }
        throw BenchError("\((publishers + viewers).filter { !$0.isUp }.count) endpoints were not connected within 30 s")
    }

    /// - Throws: if some viewer gets no media within 10 s.
    func waitUntilMediaFlows() throws {
        for _ in 0..<2000 {
            if viewers.allSatisfy({ $0.counters.snapshot.packets > 0 }) { return }
            usleep(5000)
        }
        throw BenchError("\(viewers.filter { $0.counters.snapshot.packets == 0 }.count) of \(viewers.count) viewers get no media")
    }

    /// Counts while nothing is under way, and begins the histograms anew.
    /// - Parameter alongside: read at the same moment.
    func count<Other>(resetting: Bool, _ alongside: () -> Other) -> (Counts, Other) {
        sender.whileHolding(settling: options.loss + options.uplinkLoss > 0 ? Self.repairing : Self.settling) {
            waitForSilence()
            let other = alongside()
            if resetting {
                sender.lateness.removeAll()
                receiver.perform { [receiver] in receiver.records.removeAll() }
            }
            return (counts, other)
        }
    }

    private func waitForSilence() {
        var last = received.packets
        var silent = 0
        for _ in 0..<Self.mostTurns where silent < Self.silentTurns {
            usleep(5000)
            let now = received.packets
            silent = now == last ? silent + 1 : 0
            last = now
        }
    }

    private var counts: Counts {
        var counts = Counts(received: received, sent: sent)
        let all = (publishers + viewers).reduce(EndpointCounters.Snapshot()) { $0 + $1.counters.snapshot }
        // Who does both stands in both lists.
        let twice = participants.reduce(EndpointCounters.Snapshot()) { $0 + $1.counters.snapshot }
        counts.handedOver = sender.datagrams.load(ordering: .relaxed) + all.reports - twice.reports
        counts.reportsReceived = all.rtcp - twice.rtcp
        counts.ownCPU = parley_clock_ns(CLOCK_PROCESS_CPUTIME_ID)
        counts.drops = SocketDrops.now.filter { ports.contains($0.port) }.reduce(0) { $0 + $1.drops }
        counts.sending = sender.sending.load(ordering: .relaxed)
        counts.sentAgain = sender.retransmissions.load(ordering: .relaxed)
        return counts
    }

    private var received: EndpointCounters.Snapshot { viewers.reduce(EndpointCounters.Snapshot()) { $0 + $1.counters.snapshot } }
    private var sent: [UInt64] { streams.map { $0.sent.load(ordering: .relaxed) } }

    var streams: [SendStream] { publishers.flatMap(\.published) }

    /// The generator's own.
    var ports: Set<UInt16> { Set((publishers + viewers).map(\.port)) }

    /// In microseconds.
    func delay(_ share: Double) -> Double { Double(receiver.records.delays.quantile(share) ?? 0) / 1000 }
    /// From a gap to what filled it, in microseconds.
    func repairDelay(_ share: Double) -> Double { Double(receiver.records.repairs.quantile(share) ?? 0) / 1000 }
}
