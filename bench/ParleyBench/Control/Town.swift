import LoadGenerator

/// Somebody with an account, an address and a kept connection.
final class Inhabitant {
    let number: Int
    let name: String
    /// 127.1.x.y, so that the server's limits by address see households and not one client.
    let address: String
    let http: HTTPExchange
    var id = ""
    var token = ""
    var guild = 0

    init(_ number: Int, _ poll: EventPoll, port: UInt16) {
        self.number = number
        name = "person\(number)"
        address = "127.1.\(number / 250).\(number % 250 + 1)"
        http = HTTPExchange(poll, port: port, from: address)
    }
}

/// All people and their guilds.
final class Town {
    struct Guild {
        var id: String
        var voiceChannel: String
        var invite: String
    }

    static let password = "correct horse battery"
    let port: UInt16
    let people: [Inhabitant]
    let guildSize: Int
    var guilds: [Guild] = []
    private let poll: EventPoll

    init(_ poll: EventPoll, port: UInt16, people count: Int, guildSize: Int) {
        self.poll = poll
        self.port = port
        self.guildSize = guildSize
        people = (0..<count).map { Inhabitant($0, poll, port: port) }
        for person in people { person.guild = person.number / guildSize }
    }

    var guildCount: Int { people.count / guildSize }

    /// One request, waited for.
    /// - Throws: unless the answer is 2xx.
    func ask(_ person: Inhabitant, _ method: String, _ path: String, _ body: String? = nil) throws -> ArraySlice<UInt8> {
        var answer: (status: Int, body: ArraySlice<UInt8>)?
        person.http.request(method, "/api/v10\(path)", token: person.token, body: body) { answer = ($0, $1) }
        poll.run(seconds: 20) { answer != nil }
        guard let answer, (200..<300).contains(answer.status) else {
            throw BenchError(
                "\(method) \(path): \(answer.map { "\($0.status) \(String(decoding: $0.body, as: UTF8.self))" } ?? "no answer")")
        }
        return answer.body
    }
}
