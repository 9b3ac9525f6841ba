import BenchReport
import CBench
import Glibc
import LoadGenerator

/// `parley-bench churn`: joins and leaves by the real voice gateway, as many as one asks, and what they leave in the server.
///
/// A few hundred people on the main gateway join and leave over and over, a fixed number of visits at once. One person of each room speaks
/// (50 packets/s) while they are in, and the others hear them. Of twenty visits five end by op 4, fourteen by closing the voice socket and one by a
/// network that is gone.
final class ChurnBench: VillageLoad {
    private static let sampleSeconds = 2.0
    /// After the last visit, before the last sample.
    private static let settlingSeconds = 5.0

    private let options: ScaleOptions
    let village: Village
    private let ready = LatencyHistogram()
    private let connected = LatencyHistogram()
    private var idle: ArraySlice<Int>
    private var over = 0
    /// Visits of each person so far.
    private var turns: [Int]
    private var packets = EndpointCounters.Snapshot()
    private var packetsSent: UInt64 = 0
    /// Visits that are to end, in the order of their time.
    private var leaving: [(at: Int64, visit: VoiceVisit, farewell: VoiceVisit.Farewell)] = []
    private var sampler: ProcessSampler

    init(_ options: ScaleOptions, in laboratory: Laboratory) throws {
        self.options = options
        village = try Village(options, guildSize: options.roomSize, in: laboratory)
        // Neighbours stand beside each other, so that rooms fill: the visits that are under way at once are those of whole rooms.
        idle = Array(0..<options.people)[...]
        // Not all of them leave in the same way at once.
        turns = Array(0..<options.people)
        sampler = ProcessSampler(village.pid, everySeconds: Self.sampleSeconds)
    }

    func measure(_ machine: Machine, _ command: String) throws -> ChurnResults {
        let before = sampler.sample(joins: 0)
        let usage = ProcessUsage(of: village.pid)
        let own = bench_thread_cpu_ns()
        let began = EventPoll.now
        let turn = village.poll.onTurn
        village.poll.onTurn = { [unowned self] in
            turn()
            look()
        }
        let figures = LoadRun(village.poll).run(.closed(atOnce: options.atOnce), .count(options.joins)) { [unowned self] number, done in
            visit(number, done)
        }
        let elapsed = Double(EventPoll.now - began)
        let cpu = Double(ProcessUsage(of: village.pid).cpuNanoseconds(since: usage))
        let generator = Double(bench_thread_cpu_ns() - own)
        try village.server.process.requireAlive()
        village.poll.onTurn = turn
        village.pass(seconds: Self.settlingSeconds)
        var results = ChurnResults(machine: machine, command: command, server: village.server.version, samples: sampler.samples)
        (results.joins, results.seconds, results.failures) = (figures.completed, elapsed / 1e9, village.problems)
        (results.rooms, results.people) = (options.people / options.roomSize, options.roomSize)
        (results.atOnce, results.stayMilliseconds) = (options.atOnce, options.stayMilliseconds)
        (results.readyMilliseconds, results.connectedMilliseconds) = (Quantiles(ready), Quantiles(connected))
        (results.packetsSent, results.packetsReceived) = (packetsSent, packets.packets)
        results.packetsBad = packets.altered + packets.undecryptable
        results.serverMicrosecondsPerJoin = cpu / 1e3 / Double(max(1, figures.completed))
        (results.serverCPU, results.generatorCPU) = (cpu / elapsed, generator / elapsed)
        (results.before, results.after) = (before, sampler.sample(joins: over))
        results.loadAverage = Machine.loadNow
        print(ScaleText.summary(results))
        return results
    }

    private func look() {
        let now = EventPoll.now
        while let first = leaving.first, first.at <= now {
            leaving.removeFirst()
            if !first.visit.isOver { first.visit.leave(first.farewell) }
        }
        guard sampler.look(joins: over), let last = sampler.samples.last else { return }
        print(
            "\(last.seconds.fixed(0)) s  \(over) joins  RSS \((Double(last.residentKiB) / 1024).fixed(1)) MiB  "
                + "\(last.descriptors) descriptors  \(last.threads) threads  \(village.problems.values.reduce(0, +)) failures")
        fflush(nil)
    }

    private func visit(_ number: Int, _ done: @escaping (Bool) -> Void) {
        guard let person = idle.popFirst() else {
            village.note("everybody is busy: fewer visits at once, or more people")
            return done(false)
        }
        let visit = village.visit(person, offer: options.offer, speaks: person % options.roomSize == 0)
        visit.onConnected = { [unowned self, unowned visit] in
            leaving.append((EventPoll.now + Int64(options.stayMilliseconds) * 1_000_000, visit, farewell(of: person)))
        }
        visit.onOver = { [unowned self, unowned visit] why in
            if let why { village.note(why) }
            over += 1
            record(visit)
            village.forget(visit)
            idle.append(person)
            done(why == nil)
        }
        village.begin(visit)
    }

    /// Of twenty visits of a person fourteen end by the socket, as the page's do: op 4 costs a message more of the 120 that one may send a minute.
    private func farewell(of person: Int) -> VoiceVisit.Farewell {
        turns[person] += 1
        if turns[person].isMultiple(of: 20) { return .silence }
        return turns[person] % 4 == 1 ? .gateway : .socket
    }

    private func record(_ visit: VoiceVisit) {
        if let at = visit.times.ready { ready.record(at - visit.times.clicked) }
        if let at = visit.times.connected { connected.record(at - visit.times.clicked) }
        packets = packets + visit.received
        packetsSent += visit.sent
    }
}
