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
    var serverCore = 0
    var generatorCore = 1
    var parley = ".build/release/parley"
    var output: String?

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
        var rest = Array(arguments)[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchError("\(name) needs a value\n\(Self.usage)") }
            try set(name, value)
        }
    }

    private mutating func set(_ name: String, _ value: String) throws {
        switch name {
        case "--joins": joins = try Self.number(name, value)
        case "--people": people = try Self.number(name, value)
        case "--room": roomSize = max(2, try Self.number(name, value))
        case "--at-once": atOnce = max(1, try Self.number(name, value))
        case "--stay": stayMilliseconds = try Self.number(name, value)
        case "--rates": rates = try Self.numbers(name, value)
        case "--rooms": roomSizes = try Self.numbers(name, value)
        case "--speaking": speaking = try Self.number(name, value)
        case "--minutes": minutes = try Self.decimal(name, value)
        case "--coming": comingPerSecond = try Self.decimal(name, value)
        case "--parley": parley = value
        case "--output": output = value
        case "--offer":
            guard let shape = OfferShape(rawValue: value) else { throw BenchError("--offer is audio or page") }
            offer = shape
        case "--cores":
            let cores = try Self.numbers(name, value)
            guard cores.count == 2 else { throw BenchError("--cores takes two numbers") }
            (serverCore, generatorCore) = (cores[0], cores[1])
        default: throw BenchError("\(name) is no option\n\(Self.usage)")
        }
    }

    private static func number(_ name: String, _ value: String) throws -> Int {
        guard let number = Int(value), number >= 0 else { throw BenchError("\(name) takes a number, not \(value)") }
        return number
    }

    private static func numbers(_ name: String, _ value: String) throws -> [Int] {
        try value.split(separator: ",").map { try number(name, String($0)) }
    }

    private static func decimal(_ name: String, _ value: String) throws -> Double {
        guard let number = Double(value), number > 0 else { throw BenchError("\(name) takes a number above 0, not \(value)") }
        return number
    }
}
