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
    var ground = BenchGround()

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
        try OptionValue.each(of: arguments, usage: Self.usage) { try set($0) }
        guard guildSize >= 2, people >= guildSize, people.isMultiple(of: guildSize), people / guildSize <= 100 else {
            throw BenchError("--people is a multiple of --guild, and at most a hundred guilds")
        }
        guard sockets <= people * Self.sessionsPerPerson, opening > 0 else {
            throw BenchError("--sockets is at most \(Self.sessionsPerPerson) a person")
        }
    }

    private mutating func set(_ value: OptionValue) throws {
        switch value.name {
        case "--people": people = try value.number()
        case "--guild": guildSize = try value.number()
        case "--sockets": sockets = try value.number()
        case "--opening": opening = try value.number()
        case "--hold": hold = Double(try value.number())
        case "--seconds": seconds = Double(try value.number())
        default: guard try ground.take(value) else { throw BenchError("\(value.name) is no option\n\(Self.usage)") }
        }
    }
}
