import BenchReport
import LoadGenerator

/// A released server with people in guilds of one room's size, all of them on the main gateway: where visits to voice channels begin.
final class Village {
    /// Where the server receives media.
    static let mediaPort: UInt16 = 18_089

    let server: ControlServer
    let poll: EventPoll
    let town: Town
    let laboratory: Laboratory
    let surroundings: VisitSurroundings
    /// What went wrong, and how often.
    private(set) var problems: [String: Int] = [:]
    /// Everybody's, by the person's number.
    private(set) var gateways: [GatewayClient] = []
    /// When each was opened last.
    private var opened: [Int64]
    private static let reopenInterval: Int64 = 2_000_000_000
    private let joiningPause: Int32 = 1
    /// The server asks for a heartbeat every 41.25 s; everybody beats once in so many seconds.
    private static let beatSeconds = 30.0
    private var visits: [ObjectIdentifier: VoiceVisit] = [:]
    private var nextAdvance: Int64 = 0
    private static let advanceInterval: Int64 = 2_000_000
    private var beats = 0
    private var beatsBegan: Int64 = 0

    /// Starts the server and makes the accounts: some seconds for a hundred, since each password is hashed.
    init(_ options: ScaleOptions, guildSize: Int, sampling: Int = 1, in laboratory: Laboratory) throws {
        self.laboratory = laboratory
        server = try ControlServer(binary: options.ground.parley, media: "\(Laboratory.address):\(Self.mediaPort)", in: laboratory)
        poll = try EventPoll()
        town = Town(poll, port: server.port, people: options.people, guildSize: guildSize)
        surroundings = VisitSurroundings(
            poll: poll, port: server.port, context: try DTLSContext(profiles: .negotiated), delays: LatencyHistogram(), sampling: sampling
        )
        opened = [Int64](repeating: 0, count: options.people)
        let accounts = AccountLoad(town, poll, PhaseMeter(server))
        try accounts.register()
        try accounts.found()
        try accounts.join()
        for person in town.people { person.http.close() }
        try openGateways()
        poll.onTurn = { [unowned self] in turn() }
    }

    var pid: Int32 { server.process.pid }

    func note(_ problem: String) { problems[problem, default: 0] += 1 }

    /// Begins a visit, which is looked after until it is over.
    func begin(_ visit: VoiceVisit) {
        visits[ObjectIdentifier(visit)] = visit
        visit.start()
    }

    /// - Precondition: the visit is over.
    func forget(_ visit: VoiceVisit) { visits[ObjectIdentifier(visit)] = nil }

    /// A visit of this person to the channel of their guild; see `begin`.
    func visit(_ number: Int, offer: OfferShape, speaks: Bool) -> VoiceVisit {
        let person = town.people[number]
        // Whoever lost the main gateway is back for the join after this one.
        if !gateways[number].isReady, EventPoll.now - opened[number] > Self.reopenInterval, let gateway = try? gateway(of: person) {
            gateways[number] = gateway
        }
        return VoiceVisit(surroundings, person, gateways[number], in: town.guilds[person.guild], offer: offer, speaks: speaks)
    }

    /// Lets time pass.
    func pass(seconds: Double) { poll.run(seconds: seconds) { false } }

    private func gateway(of person: Inhabitant) throws -> GatewayClient {
        opened[person.number] = EventPoll.now
        let gateway = try GatewayClient(poll, port: town.port, person: person)
        gateway.onEnd = { [unowned self] in note("main gateway: \($0)") }
        return gateway
    }

    private func openGateways() throws {
        var waiting = town.people.count
        var failed = 0
        for person in town.people {
            let gateway = try gateway(of: person)
            gateway.onReady = { isGood in
                waiting -= 1
                failed += isGood ? 0 : 1
            }
            gateways.append(gateway)
            poll.wait(milliseconds: joiningPause)
        }
        guard poll.run(seconds: 60, until: { waiting == 0 }), failed == 0 else { throw BenchError("not everybody reached the gateway") }
        beatsBegan = EventPoll.now
    }

    private func turn() {
        let now = EventPoll.now
        guard now >= nextAdvance else { return }
        nextAdvance = now + Self.advanceInterval
        for visit in visits.values { visit.advance(to: now) }
        let due = Int(Double(now - beatsBegan) / 1e9 / Self.beatSeconds * Double(gateways.count))
        while beats < due {
            let gateway = gateways[beats % gateways.count]
            if gateway.isReady { gateway.beat { _ in } }
            beats += 1
        }
    }
}
