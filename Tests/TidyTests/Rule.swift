/// One house rule: a question asked of every line or file.
struct Rule: Sendable {
    /// What a reader is told, with the reason.
    var message: String
    /// The numbers (from 1) of the lines that break it.
    var broken: @Sendable (SourceFile) -> [Int]

    /// What breaks the rule, as "path:line: message".
    func violations(in files: [SourceFile]) -> [String] {
        files.flatMap { file in broken(file).map { "\(file.path):\($0): \(message)" } }
    }

    /// A rule about single lines of code; strings and comments do not count.
    static func code(_ message: String, where breaks: @escaping @Sendable (SourceFile, Substring) -> Bool) -> Rule {
        Rule(message: message) { file in
            // Most files are fine as they stand; the others are looked at again without strings and comments.
            guard file.lines.contains(where: { breaks(file, $0) }) else { return [] }
            return file.codeLines().enumerated().filter { breaks(file, $0.element) }.map { $0.offset + 1 }
        }
    }

    /// A rule about single lines as they stand.
    static func text(_ message: String, where breaks: @escaping @Sendable (SourceFile, Substring) -> Bool) -> Rule {
        Rule(message: message) { file in
            file.lines.enumerated().filter { breaks(file, $0.element) }.map { $0.offset + 1 }
        }
    }
}
