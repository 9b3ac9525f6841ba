import LoadGenerator

/// What `parley-bench control` reads from the command line.
struct ControlOptions {
    /// Accounts; each registers, signs in and reads.
    var people = 400
    /// Members of each guild.
    var guildSize = 25
    /// Gateway sockets held at last; each person has as many of them as it takes.
    var sockets = 4000
    /// Sockets opened a second.
    var opening = 200
    /// How long all sockets are held, in seconds: longer than the heartbeat interval of 41 s.
    var hold = 45.0
    /// Of each phase that has no number of operations.
    var seconds = 8.0
    var serverCore = 0
    var generatorCore = 1
    var parley = ".build/release/parley"
    var output: String?

    /// Sessions that one user may have (the server's limit is 32).
    static let sessionsPerPerson = 30

    static let usage = """
          --people n         accounts (default 400)
          --sockets n        gateway sockets held (default 4000, at most 30 a person)
          --opening n        sockets opened a second (default 200)
          --hold n           seconds that all sockets are held (default 45)
          --guild n          members of a guild (default 25)
          --seconds n        of each timed phase (default 8)
          --parley path, --cores a,b, --output file as above
        """

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchError("\(name) needs a value\n\(Self.usage)") }
            try set(name, value)
        }
        guard guildSize >= 2, people >= guildSize, people.isMultiple(of: guildSize), people / guildSize <= 100 else {
            throw BenchError("--people is a multiple of --guild, and at most a hundred guilds")
        }
        guard sockets <= people * Self.sessionsPerPerson, opening > 0 else {
            throw BenchError("--sockets is at most \(Self.sessionsPerPerson) a person")
        }
    }

    private mutating func set(_ name: String, _ value: String) throws {
        switch name {
        case "--people": people = try Self.number(name, value)
        case "--guild": guildSize = try Self.number(name, value)
        case "--sockets": sockets = try Self.number(name, value)
        case "--opening": opening = try Self.number(name, value)
        case "--hold": hold = Double(try Self.number(name, value))
        case "--seconds": seconds = Double(try Self.number(name, value))
        case "--parley": parley = value
        case "--output": output = value
        case "--cores":
            let cores = try value.split(separator: ",").map { try Self.number(name, String($0)) }
            guard cores.count == 2 else { throw BenchError("--cores takes two numbers") }
            (serverCore, generatorCore) = (cores[0], cores[1])
        default: throw BenchError("\(name) is no option\n\(Self.usage)")
        }
    }

    private static func number(_ name: String, _ value: String) throws -> Int {
        guard let number = Int(value), number >= 0 else { throw BenchError("\(name) takes a number, not \(value)") }
        return number
    }
}
