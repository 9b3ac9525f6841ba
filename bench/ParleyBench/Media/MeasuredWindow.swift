import BenchReport
import Glibc
import LoadGenerator

/// What a window of time showed: counts of the generator and of the server's process at its two ends.
struct MeasuredWindow {
    /// Packets that each stream sent in the window.
    let sent: [UInt64]
    private let generator: GeneratorWindow
    private let options: MediaOptions
    private let before: GeneratorWindow.Counts
    private let after: GeneratorWindow.Counts
    /// Of the server's process at the end; none: there is none.
    private let usage: ProcessUsage?
    private let cpuNanoseconds: UInt64
    /// Of it, the media threads'; 0 where threads do not tell.
    private let mediaNanoseconds: UInt64
    private let nanoseconds: Int64
    /// Of the media threads' time, each one's share.
    private(set) var mediaShares: [Double] = []
    /// Of the server's core, what neither the server nor nobody had; none where it is not known.
    private var othersShare: Double?

    /// Warms up, measures, and looks whether the server still lives.
    init(_ generator: GeneratorWindow, _ process: ServerProcess, _ options: MediaOptions) throws {
        usleep(UInt32(options.warmUp * 1e6))
        let (before, start) = generator.count(resetting: true) {
            (ProcessUsage(of: process.pid), CoreUsage(of: options.ground.serverCore), Clock.now)
        }
        usleep(UInt32(options.seconds * 1e6))
        let (after, end) = generator.count(resetting: false) {
            (ProcessUsage(of: process.pid), CoreUsage(of: options.ground.serverCore), Clock.now)
        }
        try process.requireAlive()
        let cpu = end.0.cpuNanoseconds(since: start.0)
        self.init(
            generator, before, after, options, cpuNanoseconds: cpu, nanoseconds: end.2 - start.2, usage: end.0,
            mediaNanoseconds: end.0.cpuNanoseconds(since: start.0, mediaOnly: true))
        othersShare = end.1.othersShare(since: start.1, own: cpu, nanoseconds: end.2 - start.2)
        mediaShares = end.0.mediaShares(since: start.0)
    }

    init(
        _ generator: GeneratorWindow, _ before: GeneratorWindow.Counts, _ after: GeneratorWindow.Counts, _ options: MediaOptions,
        cpuNanoseconds: UInt64, nanoseconds: Int64, usage: ProcessUsage? = nil, mediaNanoseconds: UInt64 = 0
    ) {
        self.mediaNanoseconds = mediaNanoseconds
        self.generator = generator
        self.options = options
        (self.before, self.after) = (before, after)
        self.cpuNanoseconds = cpuNanoseconds
        self.nanoseconds = nanoseconds
        self.usage = usage
        sent = zip(after.sent, before.sent).map { $0 - $1 }
    }

    /// - Parameters:
    ///   - wanted: packets that should have arrived.
    ///   - setUp: seconds that it took to let everybody in.
    func measurement(of peer: String, wanted: Double, setUp: Double) -> Measurement {
        let got = after.received - before.received
        let all = sent.reduce(0, +)
        // What the generator itself handed over is not the server's, and its reports are no media.
        let handedOver =
            Double(after.kernel.out - before.kernel.out) - Double(after.handedOver - before.handedOver)
            - Double(after.reportsReceived - before.reportsReceived)
        let isGCM = generator.viewers.first?.profile == .aeadAES128GCM
        var result = Measurement(peer: peer, viewers: generator.viewers.count, profile: isGCM ? "AEAD_AES_128_GCM" : "AES128_CM_SHA1_80")
        // Rates are of the time in which something was sent: at the window's end what is under way is waited for. The bare loop has no sender.
        let sending = after.sending - before.sending
        result.seconds = Double(sending > 0 && !generator.publishers.isEmpty ? sending : nanoseconds) / 1e9
        result.packetsPerSecondIn = Int((Double(all) / result.seconds).rounded())
        result.delivered = got.packets
        result.deliveryRatio = Double(got.packets) / max(1, wanted)
        result.sequenceLoss = 1 - Double(got.packets + got.padding) / max(1, Double(got.expected))
        (result.samplesIntact, result.samplesAltered, result.samplesUndecryptable) = (got.intact, got.altered, got.undecryptable)
        result.padding = got.padding + got.probes
        result.repair = repair(got, resent: after.sentAgain - before.sentAgain)
        result.microsecondsPerPacket = Double(cpuNanoseconds) / 1000 / max(1, Double(got.packets))
        result.mediaMicrosecondsPerPacket = mediaNanoseconds > 0 ? Double(mediaNanoseconds) / 1000 / max(1, Double(got.packets)) : nil
        result.serverCPU = Double(cpuNanoseconds) / Double(nanoseconds)
        result.delayBound = options.delayBound
        (result.delayP50, result.delayP99, result.delayP999) = (generator.delay(0.5), generator.delay(0.99), generator.delay(0.999))
        result.runLength = Double(got.packets + got.thrownAway + got.repeated) / max(1, handedOver)
        (result.residentKiB, result.threads) = (usage?.residentKiB ?? 0, usage?.threadCount ?? 0)
        result.generatorLateP99 = Double(generator.sender.lateness.quantile(0.99) ?? 0) / 1000
        // Where no process was measured, what stood in for one ran in this.
        let standIn = usage == nil ? Int64(cpuNanoseconds) : 0
        result.generatorCPU = Double(after.ownCPU - before.ownCPU - standIn) / Double(nanoseconds)
        result.othersCPU = othersShare
        result.generatorDrops = after.drops - before.drops
        result.overflowed = after.kernel.overflowed - before.kernel.overflowed
        result.serverSocketDrops = SocketDrops.now.filter { !generator.ports.contains($0.port) }.reduce(0) { $0 + $1.drops }
        result.setUpSeconds = setUp
        result.loadAverage = Machine.loadNow
        return result
    }

    /// Where nothing was lost and nothing asked for there is nothing to tell.
    private func repair(_ got: EndpointCounters.Snapshot, resent: UInt64) -> Repair? {
        guard options.loss + options.uplinkLoss > 0 || got.asked > 0 else { return nil }
        return Repair(
            lossPercent: options.loss, uplinkLossPercent: options.uplinkLoss, thrownAway: got.thrownAway, asked: got.asked,
            repaired: got.repaired, repeated: got.repeated, resentByPublishers: resent, delayP50: generator.repairDelay(0.5),
            delayP99: generator.repairDelay(0.99))
    }
}
