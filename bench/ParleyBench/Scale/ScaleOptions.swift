import LoadGenerator

/// What `parley-bench churn`, `storm` and `soak` read from the command line.
struct ScaleOptions {
    /// Joins in all; of `churn`.
    var joins = 100_000
    /// Accounts, each with a session on the main gateway.
    var people = 300
    /// Of a room; of `churn` and `soak`.
    var roomSize = 5
    /// Visits under way at once; of `churn`.
    var atOnce = 100
    /// How long a visitor of `churn` stays once connected.
    var stayMilliseconds = 150
    /// Joins a second, one storm each; of `storm`.
    var rates = [100, 250, 500]
    /// Room sizes, one series each; of `storm`.
    var roomSizes = [5, 100]
    /// Of each room, who send audio: of `storm`.
    var speaking = 1
    var offer = OfferShape.audio
    /// How long a soak lasts.
    var minutes = 10.0
    /// Joins a second while a soak lasts.
    var comingPerSecond = 2.0
    var ground = BenchGround()

    static let usage = """
          --joins n          of churn: joins in all (default 100000)
          --people n         accounts (default 300; of storm 1000, of soak 140)
          --room n           people in a room of churn (default 5)
          --at-once n        visits under way at once in churn (default 100)
          --stay n           milliseconds that a visitor of churn stays (default 150)
          --rates a,b        of storm: joins a second (default 100,250,500)
          --rooms a,b        of storm: room sizes (default 5,100)
          --speaking n       of storm: who sends audio in each room (default 1)
          --offer o          audio (a microphone and six slots) or page (26 sections) (default audio)
          --minutes n        of soak (default 10)
          --coming n         of soak: joins a second (default 2)
          --parley path, --cores a,b, --output file as above
        """

    /// - Parameter people: unless the arguments say another number.
    init(_ arguments: some Sequence<String>, people: Int) throws {
        self.people = people
        try OptionValue.each(of: arguments, usage: Self.usage) { try set($0) }
    }

    private mutating func set(_ value: OptionValue) throws {
        switch value.name {
        case "--joins": joins = try value.number()
        case "--people": people = try value.number()
        case "--room": roomSize = max(2, try value.number())
        case "--at-once": atOnce = max(1, try value.number())
        case "--stay": stayMilliseconds = try value.number()
        case "--rates": rates = try value.numbers()
        case "--rooms": roomSizes = try value.numbers()
        case "--speaking": speaking = try value.number()
        case "--minutes": minutes = try value.decimal()
        case "--coming": comingPerSecond = try value.decimal()
        case "--offer":
            guard let shape = OfferShape(rawValue: value.text) else { throw BenchError("--offer is audio or page") }
            offer = shape
        default: guard try ground.take(value) else { throw BenchError("\(value.name) is no option\n\(Self.usage)") }
        }
    }
}
