import BenchReport
import CBench
import LoadGenerator

/// One storm: everybody joins once, stays until all are in, and leaves.
final class Storm {
    private static let listeningSeconds = 1.0
    /// Time for the server to be done with the ones who left.
    private static let restSeconds = 3.0
    /// Leaves a second: nobody measures them.
    private static let leavesPerTurn = 4

    private let village: Village
    private let options: ScaleOptions
    private let rate: Int
    private let ready = LatencyHistogram()
    private let connected = LatencyHistogram()
    private let heard = LatencyHistogram()
    private var visits: [VoiceVisit] = []
    private var due: [Int64] = []
    /// When the first of a room's speakers was connected, by guild.
    private var speaking: [Int: Int64] = [:]
    private var lastConnection: Int64 = 0

    init(_ village: Village, _ options: ScaleOptions, rate: Int) {
        (self.village, self.options, self.rate) = (village, options, rate)
    }

    func measure() throws -> StormResults.Row {
        // Friends do not come one room after the other.
        let order = (0..<options.people).shuffled()
        village.surroundings.delays.removeAll()
        let usage = ProcessUsage(of: village.pid)
        let own = bench_thread_cpu_ns()
        let began = EventPoll.now
        lastConnection = began
        let figures = LoadRun(village.poll).run(.open(perSecond: Double(rate)), .count(order.count)) { [unowned self] number, done in
            join(order[number], due: began + Int64(Double(number) / Double(rate) * 1e9), done)
        }
        let elapsed = Double(max(1, EventPoll.now - began))
        let after = ProcessUsage(of: village.pid)
        let generator = Double(bench_thread_cpu_ns() - own)
        let received = visits.reduce(0) { $0 + $1.received.packets }
        try village.server.process.requireAlive()
        village.pass(seconds: Self.listeningSeconds)
        record()
        var row = StormResults.Row(roomSize: village.town.guildSize, rooms: village.town.guildCount, rate: rate)
        (row.joins, row.failures) = (figures.completed, figures.failed)
        row.seconds = Double(max(1, lastConnection - began)) / 1e9
        (row.readyMilliseconds, row.connectedMilliseconds, row.heardMilliseconds) = (
            Quantiles(ready), Quantiles(connected), Quantiles(heard)
        )
        row.serverCPU = Double(after.cpuNanoseconds(since: usage)) / elapsed
        row.mediaCPU = Double(after.cpuNanoseconds(since: usage, mediaOnly: true)) / elapsed
        row.serverMicrosecondsPerJoin = Double(after.cpuNanoseconds(since: usage)) / 1e3 / Double(max(1, figures.completed))
        row.generatorCPU = generator / elapsed
        row.packetsPerSecondOut = Double(received) / elapsed * 1e9
        (row.residentKiB, row.loadAverage) = (after.residentKiB, Machine.loadNow)
        leave()
        return row
    }

    private func join(_ person: Int, due at: Int64, _ done: @escaping (Bool) -> Void) {
        let speaks = person % village.town.guildSize < options.speaking
        let visit = village.visit(person, offer: options.offer, speaks: speaks)
        let guild = visit.person.guild
        var isSettled = false
        visit.onConnected = { [unowned self] in
            isSettled = true
            lastConnection = EventPoll.now
            if speaks, speaking[guild] == nil { speaking[guild] = lastConnection }
            done(true)
        }
        visit.onOver = { [unowned self, unowned visit] why in
            if let why { village.note("\(rate)/s into rooms of \(village.town.guildSize): \(why)") }
            village.forget(visit)
            if !isSettled { done(false) }
        }
        visits.append(visit)
        due.append(at)
        village.begin(visit)
    }

    private func record() {
        for (visit, due) in zip(visits, due) {
            if let at = visit.times.ready { ready.record(at - due) }
            if let at = visit.times.connected { connected.record(at - due) }
            if let at = visit.times.heard, let spoke = speaking[visit.person.guild], spoke < due { heard.record(at - due) }
        }
    }

    private func leave() {
        for (number, visit) in visits.enumerated() where !visit.isOver {
            visit.leave(.gateway)
            if number.isMultiple(of: Self.leavesPerTurn) { village.poll.wait(milliseconds: 2) }
        }
        village.poll.run(seconds: 20) { visits.allSatisfy(\.isOver) }
        if !visits.allSatisfy(\.isOver) { village.note("somebody could not leave") }
        village.pass(seconds: Self.restSeconds)
    }
}
