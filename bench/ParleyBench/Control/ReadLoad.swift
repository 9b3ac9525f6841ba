import LoadGenerator

/// REST reads: the smallest one, and one that asks the database for a guild's channels and computes rights.
struct ReadLoad {
    static let atOnce = 16
    /// Share of what the closed loop reached at which the delay is asked.
    static let openShare = 0.6

    private let town: Town
    private let poll: EventPoll
    private let meter: PhaseMeter
    private let seconds: Double

    init(_ town: Town, _ poll: EventPoll, _ meter: PhaseMeter, seconds: Double) {
        (self.town, self.poll, self.meter, self.seconds) = (town, poll, meter, seconds)
    }

    func run() throws {
        let paths: [(String, (Inhabitant) -> String)] = [
            ("GET users/@me", { _ in "/api/v10/users/@me" }),
            ("GET guild channels", { person in "/api/v10/guilds/\(town.guilds[person.guild].id)/channels" }),
        ]
        for (name, path) in paths {
            let closed = try read(name, "closed, \(Self.atOnce) at once", .closed(atOnce: Self.atOnce), path)
            let rate = (closed.perSecond * Self.openShare).rounded()
            try read(name, "open, \(Int(rate))/s", .open(perSecond: rate), path)
        }
    }

    /// People take turns, so that nobody comes near the 50 requests a second that each may make.
    @discardableResult
    private func read(_ name: String, _ loop: String, _ pace: LoadPace, _ path: @escaping (Inhabitant) -> String) throws -> ControlRow {
        var idle = town.people[...]
        return try meter.measure(name, loop) {
            LoadRun(poll).run(pace, .seconds(seconds)) { _, done in
                guard let person = idle.popFirst() else {
                    meter.note("\(name): everybody is waiting")
                    return done(false)
                }
                person.http.request("GET", path(person), token: person.token) { status, _ in
                    idle.append(person)
                    if status != 200 { meter.note("\(name): \(status == 0 ? "no answer" : "status \(status)")") }
                    done(status == 200)
                }
            }
        }
    }
}
