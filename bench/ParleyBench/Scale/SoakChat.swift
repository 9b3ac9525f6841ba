import LoadGenerator

/// The chat side of a soak: main gateway sockets that open, live for a while and close, and REST reads.
final class SoakChat {
    private static let openEvery: Int64 = 2_000_000_000
    private static let readEvery: Int64 = 500_000_000
    private static let life: Int64 = 30_000_000_000
    /// Access tokens are good for an hour.
    private static let tokenLife: Int64 = 50 * 60 * 1_000_000_000

    private(set) var opened = 0
    private(set) var reads = 0
    private let village: Village
    private var sockets: ArraySlice<(since: Int64, client: GatewayClient)> = []
    private var nextOpen: Int64
    private var nextRead: Int64
    private var turn = 0
    /// When each person's token was made.
    private var tokens: [Int64]

    init(_ village: Village) {
        self.village = village
        (nextOpen, nextRead) = (EventPoll.now, EventPoll.now)
        tokens = [Int64](repeating: EventPoll.now, count: village.town.people.count)
    }

    func look(_ now: Int64) {
        if now >= nextOpen {
            nextOpen = now + Self.openEvery
            with(person: (opened * 7) % village.town.people.count, now) { [unowned self] in open($0) }
        }
        if now >= nextRead {
            nextRead = now + Self.readEvery
            turn += 1
            with(person: turn % village.town.people.count, now) { [unowned self] in read($0) }
        }
        while let first = sockets.first, now - first.since > Self.life {
            first.client.close()
            sockets.removeFirst()
        }
    }

    /// Somebody who is not asking for anything now; signed in anew where the token is old.
    private func with(person number: Int, _ now: Int64, _ body: @escaping (Inhabitant) -> Void) {
        let person = village.town.people[number]
        guard !person.http.isBusy else { return }
        guard now - tokens[number] > Self.tokenLife else { return body(person) }
        let form = #"{"login":"\#(person.name)","password":"\#(Town.password)"}"#
        person.http.request("POST", "/api/v10/auth/login", body: form) { [unowned self] status, answer in
            guard status == 200, let token = FieldScan.string("access_token", in: answer) else { return village.note("login: \(status)") }
            person.token = token
            tokens[number] = EventPoll.now
            body(person)
        }
    }

    private func open(_ person: Inhabitant) {
        guard let client = try? GatewayClient(village.poll, port: village.town.port, person: person) else { return }
        opened += 1
        client.onEnd = { [unowned self] in village.note("chat socket: \($0)") }
        sockets.append((EventPoll.now, client))
    }

    private func read(_ person: Inhabitant) {
        let path = "/api/v10/guilds/\(village.town.guilds[person.guild].id)/channels"
        person.http.request("GET", path, token: person.token) { [unowned self] status, _ in
            reads += 1
            if status != 200 { village.note("GET channels: \(status)") }
        }
    }
}
