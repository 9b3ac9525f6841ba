import LoadGenerator

/// Signing up, founding and joining guilds, signing in.
struct AccountLoad {
    /// Below the eighteen hashes that the server runs or keeps waiting: beyond them it answers 429, by design.
    static let atOnce = 8

    private let town: Town
    private let poll: EventPoll
    private let meter: PhaseMeter

    private struct Channel: Decodable {
        var id: String
        var type: Int
    }

    init(_ town: Town, _ poll: EventPoll, _ meter: PhaseMeter) {
        (self.town, self.poll, self.meter) = (town, poll, meter)
    }

    func register() throws {
        try meter.measure("registrations", "closed, \(Self.atOnce) at once") {
            LoadRun(poll).run(.closed(atOnce: Self.atOnce), .count(town.people.count)) { number, done in
                let person = town.people[number]
                let body = #"{"username":"\#(person.name)","email":"\#(person.name)@example.org","password":"\#(Town.password)"}"#
                person.http.request("POST", "/api/v10/auth/register", body: body) { status, answer in
                    person.token = FieldScan.string("access_token", in: answer) ?? ""
                    person.id = FieldScan.string("id", in: answer) ?? ""
                    done(check(status, 201, "registration"))
                }
            }
        }
        guard town.people.allSatisfy({ !$0.token.isEmpty && !$0.id.isEmpty }) else { throw BenchError("not everybody could register") }
    }

    /// Not measured: the first of each guild's people founds it.
    func found() throws {
        for number in 0..<town.guildCount {
            let owner = town.people[number * town.guildSize]
            let made = try town.ask(owner, "POST", "/guilds", #"{"name":"guild \#(number)"}"#)
            guard let id = FieldScan.string("id", in: made) else { throw BenchError("a guild without id") }
            let channels: [Channel] = try JSON.decode(String(decoding: try town.ask(owner, "GET", "/guilds/\(id)/channels"), as: UTF8.self))
            guard let voice = channels.first(where: { $0.type == 2 }) else { throw BenchError("a guild without a voice channel") }
            let invite = try town.ask(owner, "POST", "/channels/\(voice.id)/invites", #"{"max_uses":0}"#)
            guard let code = FieldScan.string("code", in: invite) else { throw BenchError("an invite without code") }
            town.guilds.append(Town.Guild(id: id, voiceChannel: voice.id, invite: code))
        }
    }

    /// A write each: the answer comes when it is on the disk.
    func join() throws {
        let joining = town.people.filter { $0.number % town.guildSize != 0 }
        try meter.measure("guild joins (writes)", "closed, \(Self.atOnce) at once") {
            LoadRun(poll).run(.closed(atOnce: Self.atOnce), .count(joining.count)) { number, done in
                let person = joining[number]
                let path = "/api/v10/invites/\(town.guilds[person.guild].invite)"
                person.http.request("POST", path, token: person.token, body: "{}") { status, _ in done(check(status, 200, "guild join")) }
            }
        }
    }

    func login() throws {
        try meter.measure("logins", "closed, \(Self.atOnce) at once") {
            LoadRun(poll).run(.closed(atOnce: Self.atOnce), .count(town.people.count)) { number, done in
                let person = town.people[number]
                let body = #"{"login":"\#(person.name)","password":"\#(Town.password)"}"#
                person.http.request("POST", "/api/v10/auth/login", body: body) { status, _ in done(check(status, 200, "login")) }
            }
        }
    }

    private func check(_ status: Int, _ wanted: Int, _ what: String) -> Bool {
        if status != wanted { meter.note("\(what): \(status == 0 ? "no answer" : "status \(status)")") }
        return status == wanted
    }
}
