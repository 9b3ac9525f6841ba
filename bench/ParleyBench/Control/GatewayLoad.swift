import LoadGenerator

/// Gateway sockets: opened at a steady rate in two halves, whose difference tells what one costs in memory whatever the process had free before;
/// then held for longer than a heartbeat interval.
struct GatewayLoad {
    /// Hello's heartbeat_interval.
    private static let interval = 41.25

    private let town: Town
    private let poll: EventPoll
    private let meter: PhaseMeter
    private let options: ControlOptions

    init(_ town: Town, _ poll: EventPoll, _ meter: PhaseMeter, _ options: ControlOptions) {
        (self.town, self.poll, self.meter, self.options) = (town, poll, meter, options)
    }

    func run() throws {
        var clients: [GatewayClient] = []
        let half = options.sockets / 2
        try open(half, &clients)
        let before = settledKiB()
        try open(options.sockets - half, &clients, comparedWith: before)
        try hold(clients)
        for client in clients { client.close() }
        poll.run(seconds: 2) { false }
    }

    private func open(_ count: Int, _ clients: inout [GatewayClient], comparedWith before: Int? = nil) throws {
        var opened: [GatewayClient] = []
        let first = clients.count
        try meter.measure(
            "gateway READY", "open, \(options.opening)/s",
            edit: { row in
                row.sockets = first + opened.count
                guard let before else { return }
                row.residentKiBPerSocket = Double(settledKiB() - before) / Double(opened.count)
            }
        ) {
            LoadRun(poll).run(.open(perSecond: Double(options.opening)), .count(count)) { number, done in
                let person = town.people[(first + number) % town.people.count]
                guard let client = try? GatewayClient(poll, port: town.port, person: person) else { return done(false) }
                client.onReady = { isGood in done(isGood) }
                client.onEnd = { meter.note("gateway: \($0)") }
                opened.append(client)
            }
        }
        clients += opened
    }

    /// What the last sockets asked for has been sent, and what they left over been freed.
    private func settledKiB() -> Int {
        poll.run(seconds: 3) { false }
        return meter.residentKiB
    }

    /// Everybody beats once an interval, at an offset of its own.
    private func hold(_ clients: [GatewayClient]) throws {
        let up = clients.filter(\.isReady)
        guard !up.isEmpty else { throw BenchError("no gateway socket is up") }
        let rate = Double(up.count) / Self.interval
        try meter.measure("gateway heartbeats", "open, \(Int(rate.rounded()))/s", edit: { $0.sockets = up.count(where: \.isReady) }) {
            LoadRun(poll).run(.open(perSecond: rate), .seconds(options.hold)) { number, done in
                let client = up[number % up.count]
                guard client.isReady else { return done(false) }
                client.beat(done)
            }
        }
    }
}
