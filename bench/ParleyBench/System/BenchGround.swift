import LoadGenerator

/// Where a bench runs and where its results go: options that all commands have.
struct BenchGround {
    var serverCore = 0
    var generatorCore = 1
    /// The released binary.
    var parley = ".build/release/parley"
    /// File of results; none: only what is printed.
    var output: String?

    /// - Returns: whether it is one of these options.
    mutating func take(_ value: OptionValue) throws -> Bool {
        switch value.name {
        case "--parley": parley = value.text
        case "--output": output = value.text
        case "--cores":
            let cores = try value.numbers()
            guard cores.count == 2 else { throw BenchError("--cores takes two numbers") }
            (serverCore, generatorCore) = (cores[0], cores[1])
        default: return false
        }
        return true
    }
}
