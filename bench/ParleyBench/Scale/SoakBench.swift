import BenchReport
import Glibc
import LoadGenerator

/// `parley-bench soak`: twenty rooms of about five microphones and two with cameras, for as long as one asks. People come and go all the time, others
/// open and close the chat's sockets and read by REST, and the server's memory, descriptors, threads, CPU and delays are looked at every few seconds.
final class SoakBench: VillageLoad {
    static let audioRooms = 20
    static let videoRooms = 2
    /// Accounts of a room, of whom four to six are in it.
    static let roomSize = 7
    static var people: Int { (audioRooms + videoRooms) * roomSize }
    private static let fewest = 4
    private static let most = 6
    private static let speakers = 2
    private static let intervalSeconds = 10.0
    private static let samplesPerInterval = 2.0
    /// Of packets that are received, decrypted and timed: one of so many.
    private static let sampling = 8

    private let options: ScaleOptions
    let village: Village
    private let chat: SoakChat
    private var visits: [Int: VoiceVisit] = [:]
    private var joins = 0
    private var gone = SoakCounts()
    private var sampler: ProcessSampler
    private var intervals: [SoakResults.Interval] = []
    private var last: (at: Int64, usage: ProcessUsage, counts: SoakCounts)
    private var began: Int64
    private var nextChange: Int64

    init(_ options: ScaleOptions, in laboratory: Laboratory) throws {
        guard options.people == Self.people else { throw BenchError("a soak has \(Self.people) people") }
        self.options = options
        village = try Village(options, guildSize: Self.roomSize, sampling: Self.sampling, in: laboratory)
        chat = SoakChat(village)
        began = EventPoll.now
        nextChange = began
        sampler = ProcessSampler(village.pid, everySeconds: Self.intervalSeconds / Self.samplesPerInterval)
        last = (began, ProcessUsage(of: village.pid), SoakCounts())
    }

    func measure(_ machine: Machine, _ command: String) throws -> SoakResults {
        for person in 0..<Self.people where person % Self.roomSize < Self.most - 1 {
            join(person)
            village.poll.wait(milliseconds: 5)
        }
        start()
        let turn = village.poll.onTurn
        village.poll.onTurn = { [unowned self] in
            turn()
            look()
        }
        let seconds = options.minutes * 60
        village.poll.run(seconds: seconds) { intervals.count >= Int(seconds / Self.intervalSeconds) }
        village.poll.onTurn = turn
        try village.server.process.requireAlive()
        var results = SoakResults(
            machine: machine, command: command, server: village.server.version, samples: sampler.samples, intervals: intervals)
        let counts = counts
        (results.minutes, results.audioRooms, results.videoRooms) = (options.minutes, Self.audioRooms, Self.videoRooms)
        (results.joins, results.reads, results.gatewaySockets) = (joins, chat.reads, chat.opened)
        results.failures = village.problems
        (results.packetsReceived, results.packetsMissing, results.packetsBad) = (counts.received.packets, counts.missing, counts.bad)
        results.socketDrops = SocketDrops.now.filter { $0.port == Village.mediaPort }.reduce(0) { $0 + $1.drops }
        print(ScaleText.summary(results))
        return results
    }

    /// From now on it counts.
    private func start() {
        began = EventPoll.now
        nextChange = began
        joins = 0
        sampler = ProcessSampler(village.pid, everySeconds: Self.intervalSeconds / Self.samplesPerInterval)
        village.surroundings.delays.removeAll()
        last = (began, ProcessUsage(of: village.pid), counts)
    }

    private func look() {
        let now = EventPoll.now
        while nextChange <= now {
            change()
            nextChange += Int64(1e9 / options.comingPerSecond / 2)
        }
        chat.look(now)
        sampler.look(joins: joins)
        if now - last.at >= Int64(Self.intervalSeconds * 1e9) { endInterval(now) }
    }

    /// Somebody of some room comes, or goes.
    private func change() {
        let room = Int.random(in: 0..<(Self.audioRooms + Self.videoRooms))
        let members = Array(room * Self.roomSize..<(room + 1) * Self.roomSize)
        let inside = members.filter { visits[$0] != nil }
        if inside.count <= Self.fewest || (inside.count < Self.most && Bool.random()) {
            if let person = members.filter({ visits[$0] == nil }).randomElement() { join(person) }
        } else if let visit = inside.compactMap({ visits[$0] }).filter({ $0.times.connected != nil }).randomElement() {
            visit.leave(Bool.random() ? .gateway : .socket)
        }
    }

    private func join(_ person: Int) {
        let hasCamera = person / Self.roomSize >= Self.audioRooms
        let visit = village.visit(
            person, offer: hasCamera ? .camera : options.offer, speaks: hasCamera || person % Self.roomSize < Self.speakers)
        visit.onConnected = { [unowned self] in joins += 1 }
        visit.onOver = { [unowned self, unowned visit] why in
            if let why { village.note(why) }
            gone.add(visit)
            visits[person] = nil
            village.forget(visit)
        }
        visits[person] = visit
        village.begin(visit)
    }

    private var counts: SoakCounts {
        var all = gone
        for visit in visits.values { all.add(visit) }
        return all
    }

    private func endInterval(_ now: Int64) {
        let (usage, counts) = (ProcessUsage(of: village.pid), counts)
        let seconds = Double(now - last.at) / 1e9
        var interval = SoakResults.Interval(seconds: Double(now - began) / 1e9)
        interval.serverCPU = Double(usage.cpuNanoseconds(since: last.usage)) / 1e9 / seconds
        interval.packetsPerSecondIn = Double(counts.sent &- last.counts.sent) / seconds
        interval.packetsPerSecondOut = Double(counts.received.packets &- last.counts.received.packets) / seconds
        interval.missing = counts.missing - min(counts.missing, last.counts.missing)
        interval.delayMilliseconds = Quantiles(village.surroundings.delays)
        (interval.inVoice, interval.loadAverage) = (visits.count, Machine.loadNow)
        village.surroundings.delays.removeAll()
        intervals.append(interval)
        last = (now, usage, counts)
        print(ScaleText.line(interval, sampler.samples.last))
        fflush(nil)
    }
}

/// Packets of many visits together.
struct SoakCounts {
    var sent: UInt64 = 0
    var received = EndpointCounters.Snapshot()

    mutating func add(_ visit: VoiceVisit) {
        sent += visit.sent
        received = received + visit.received
    }

    /// Gaps by sequence numbers.
    var missing: UInt64 { received.expected - min(received.expected, received.packets + received.padding) }
    var bad: UInt64 { received.altered + received.undecryptable }
}
