import Simulation

/// What to run.
struct RunnerOptions {
    struct Complaint: Error {
        var text: String
    }

    /// Scenario and seed, in order.
    var rooms: [Seeds.Fixed]
    var isVerbose = false

    private static let usage = """
        usage: parley-sim [--seed N] [--scenario NAME] [--count K] [--workers W] [--even yes] [--gather yes] [--verbose yes]
          without options   the fixed seeds of every scenario
          --seed N          seed N of every scenario, or of the one named
          --scenario NAME   only this one (\(Seeds.scenarios.map(\.name).joined(separator: ", ")))
          --count K         seeds N … N+K−1
          --workers W       rooms spread over W workers
          --even yes        frames evened out, as a released server does
          --gather yes      regular work of all peers done together, as a released server does
          --verbose yes     every room's history, line by line
        """

    static func parse(_ arguments: [String]) -> Result<RunnerOptions, Complaint> {
        var seed: UInt64?
        var count: UInt64 = 1
        var workers = 1
        var traits: ServerTraits = []
        var names = Seeds.scenarios.map(\.name)
        var isNamed = false
        var isVerbose = false
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { return .failure(Complaint(text: usage)) }
            switch (option, UInt64(value)) {
            case ("--seed", .some(let number)): seed = number
            case ("--count", .some(let number)) where number > 0: count = number
            case ("--workers", .some(let number)) where (1...64).contains(number): workers = Int(number)
            case ("--even", _) where value == "yes": traits.insert(.evensFrames)
            case ("--gather", _) where value == "yes": traits.insert(.gathersWork)
            case ("--verbose", _) where value == "yes": isVerbose = true
            case ("--scenario", _) where Seeds.scenario(named: value) != nil:
                names = [value]
                isNamed = true
            default: return .failure(Complaint(text: "parley-sim does not understand \(option) \(value)\n" + usage))
            }
        }
        if seed == nil, count == 1, workers == 1, traits.isEmpty {
            return .success(
                RunnerOptions(rooms: isNamed ? Seeds.fixed.filter { names.contains($0.scenario) } : Seeds.fixed, isVerbose: isVerbose))
        }
        let first = seed ?? 1
        return .success(
            RunnerOptions(
                rooms: names.flatMap { name in
                    (first..<first + count).map { Seeds.Fixed(name, $0, workers: workers, traits: traits) }
                }, isVerbose: isVerbose))
    }
}
