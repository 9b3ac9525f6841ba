import LoadGenerator

/// What is written behind an option's name, as what it is to be.
struct OptionValue {
    let name: String
    let text: String

    /// Calls `set` with each option and its value; of those in `flags` the value is empty.
    static func each(
        of arguments: some Sequence<String>, flags: Set<String> = [], usage: String, _ set: (OptionValue) throws -> Void
    ) throws {
        var rest = Array(arguments)[...]
        while let name = rest.popFirst() {
            guard !flags.contains(name) else {
                try set(OptionValue(name: name, text: ""))
                continue
            }
            guard let text = rest.popFirst() else { throw BenchError("\(name) needs a value\n\(usage)") }
            try set(OptionValue(name: name, text: text))
        }
    }

    func number() throws -> Int { try number(text) }

    func numbers() throws -> [Int] { try text.split(separator: ",").map { try number(String($0)) } }

    func decimal() throws -> Double {
        guard let number = Double(text), number > 0 else { throw BenchError("\(name) takes a number above 0, not \(text)") }
        return number
    }

    func share(most: Double) throws -> Double {
        guard let number = Double(text), number >= 0, number <= most else { throw BenchError("\(name) takes 0 to \(most), not \(text)") }
        return number
    }

    func choice<Choice: RawRepresentable<String>>() throws -> Choice {
        guard let choice = Choice(rawValue: text) else { throw BenchError("\(name) cannot be \(text)") }
        return choice
    }

    private func number(_ text: String) throws -> Int {
        guard let number = Int(text), number >= 0 else { throw BenchError("\(name) takes a number, not \(text)") }
        return number
    }
}
