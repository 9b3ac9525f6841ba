import BenchReport
import Glibc
import LoadGenerator

/// `parley-bench media`, `limit` and `rooms`.
struct MediaBench {
    /// Delays at a share of capacity are told from so many windows: in a single one a hiccup of the host decides about p99.
    private static let leastShares = 3

    private let options: MediaOptions
    private let laboratory: Laboratory
    private let machine: Machine
    private let command: String

    /// - Parameter command: what was asked for, for the record.
    init(_ options: MediaOptions, command: String) throws {
        self.options = options
        self.command = command
        machine = Machine.here
        laboratory = try Laboratory(options.ground)
    }

    func forwarding() throws {
        guard !options.ramps else { return try ramp() }
        let runs = rounds(options.viewers) { viewers, peer in
            try measure(peer, viewers, options.shape(viewers: viewers), publishers: options.publishers)
        }
        try finish(options.loss + options.uplinkLoss > 0 ? .loss : options.workers != nil ? .audience : .forwarding, runs)
    }

    func rooms() throws {
        guard !options.ramps else { return try rampOfRooms() }
        let runs = rounds([options.room]) { shape, peer in
            try workers(of: peer).map { workers in
                try RoomRun(options: options, laboratory: laboratory, workers: workers).measure(peer, shape: shape)
            }
        }
        try finish(options.room.hasVideo ? .conference : .audio, runs)
    }

    /// Every peer in turn, then all of them again: a noisy moment of the machine does not fall on one alone.
    private func rounds<Load>(_ loads: [Load], _ body: (Load, String) throws -> [Measurement]) -> [Measurement] {
        var runs: [Measurement] = []
        print(Measurement.header)
        for _ in 0..<options.repeats {
            for load in loads {
                for peer in options.peers { runs += attempt(peer) { try body(load, peer) } }
            }
        }
        return runs
    }

    /// A peer that fails leaves a line, and the others their figures.
    private func attempt(_ peer: String, _ body: () throws -> [Measurement]) -> [Measurement] { (try? shown(peer, body)) ?? [] }

    /// Each run leaves a line, and so does a failure.
    private func shown(_ peer: String, _ body: () throws -> [Measurement]) throws -> [Measurement] {
        defer { fflush(nil) }
        do {
            let measured = try body()
            for run in measured { print(run.row) }
            return measured
        } catch {
            print("\(peer): \(error)")
            throw error
        }
    }

    /// How many media threads to measure a peer with: only ours takes a number. None: one, and nothing is said of it.
    private func workers(of peer: String) -> [Int?] {
        guard peer == "parley", let workers = options.workers else { return [nil] }
        return workers
    }

    private func measure(_ peer: String, _ viewers: Int, _ shape: TrafficShape, publishers: Int) throws -> [Measurement] {
        if peer == "reflector" {
            let run = ReflectorRun(options: options, laboratory: laboratory)
            return [try run.measure(viewers: viewers, shape: shape, publishers: publishers)]
        }
        guard peer == "limit" else {
            return try workers(of: peer).map { workers in
                let run = ForwardingRun(options: options, laboratory: laboratory, workers: workers ?? 1)
                return try run.measure(peer, viewers: viewers, shape: shape, publishers: publishers)
            }
        }
        return try options.runs.map {
            try LimitRun(options: options, laboratory: laboratory).measure(
                viewers: viewers, shape: shape, profile: options.limitProfile, longestRun: $0)
        }
    }

    // MARK: Capacity

    /// Open loop: the load does not wait for the server. It grows by a quarter until it is not carried any more, then the gap is halved twice;
    /// capacity is the highest load that was carried.
    private func ramp() throws {
        var runs: [Measurement] = []
        var capacities: [Results.Capacity] = []
        var shares: [Measurement] = []
        print(Measurement.header)
        for viewers in options.viewers {
            for peer in options.peers {
                let climb = CapacityClimb(CapacitySearch(start: options.outgoing / viewers, least: 30)) { rate in
                    try shown(peer) { try rampStep(peer, viewers, rate) }
                }
                runs += climb.runs
                var capacity = Results.Capacity(
                    peer: peer, viewers: viewers, packetsPerSecondOut: climb.carried * viewers, loadAverage: Machine.loadNow)
                (capacity.carried, capacity.missed, capacity.isLowerBound) = (climb.best, climb.missed, climb.isLowerBound)
                capacities.append(capacity)
                shares += share(of: climb.carried, peer, viewers)
                print("\(peer): capacity with \(viewers) viewers \(capacity.packetsPerSecondOut) packets/s out")
            }
        }
        try finish(.capacity, runs, capacities, options.loadShare == nil ? nil : shares)
    }

    /// As `ramp`, with rooms full of people for the load.
    private func rampOfRooms() throws {
        var runs: [Measurement] = []
        var capacities: [Results.Capacity] = []
        print(Measurement.header)
        for peer in options.peers {
            for workers in workers(of: peer) {
                let climb = CapacityClimb(CapacitySearch(start: options.room.rooms)) { rooms in
                    var shape = options.room
                    shape.rooms = rooms
                    return try shown(peer) {
                        [try RoomRun(options: options, laboratory: laboratory, workers: workers).measure(peer, shape: shape)]
                    }
                }
                runs += climb.runs
                capacities.append(Results.Capacity(peer: peer, people: options.room.people, climb, loadAverage: Machine.loadNow))
                print("\(peer): carries \(climb.carried) rooms of \(options.room.people); the next step: \(climb.missed ?? "not tried")")
            }
        }
        try finish(options.room.hasVideo ? .conference : .audio, runs, capacities)
    }

    /// At a share of what the server carries, it and a reflector in turn.
    private func share(of carried: Int, _ peer: String, _ viewers: Int) -> [Measurement] {
        guard let share = options.loadShare, carried > 0, peer != "limit" else { return [] }
        let rate = max(30, Int(Double(carried) * share))
        return (0..<max(options.repeats, Self.leastShares)).flatMap { _ in
            [peer, "reflector"].flatMap { name in
                attempt(name) {
                    try rampStep(name, viewers, rate).map { run in
                        var run = run
                        run.loadShare = share
                        return run
                    }
                }
            }
        }
    }

    /// One publisher may not send faster than `fastest`, so above that several share the viewers: the number of packets out is the load.
    private func rampStep(_ peer: String, _ viewers: Int, _ rate: Int) throws -> [Measurement] {
        var shape = options.shape(viewers: viewers)
        shape.packetsPerSecond = rate
        let publishers = (rate + MediaOptions.fastest - 1) / MediaOptions.fastest
        guard peer != "limit", publishers > 1 else { return try measure(peer, viewers, shape, publishers: 1) }
        return try measure(peer, viewers, shape, publishers: publishers)
    }

    private func finish(
        _ kind: Results.Kind, _ runs: [Measurement], _ capacities: [Results.Capacity]? = nil, _ shares: [Measurement]? = nil
    ) throws {
        let results = Results(
            kind, profiles: options.profile.rawValue, command: command, machine: machine, versions: Versions.installed(), runs: runs,
            capacities: capacities, shares: shares)
        let medians = results.medians + (results.shares ?? [])
        if !medians.isEmpty { print("\nmedians\n\(Measurement.header)") }
        for row in medians { print(row.row) }
        if !runs.isEmpty { try laboratory.remove() }
        guard let output = options.ground.output else { return }
        guard !runs.isEmpty else { throw BenchError("nothing was measured; \(output) is left as it is") }
        try TextFile.write(try JSON.encode(results, pretty: true) + "\n", to: output)
    }
}
