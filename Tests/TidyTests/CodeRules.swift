import Foundation

/// Rules about words in code. The words are put together from pieces where this folder is itself under the rule.
enum CodeRules {
    static let noPackageAccessInRTP = Rule.code("RTP is public: a call into a `package` member does not inline across modules") {
        file, line in
        file.module == "RTP" && line.split(whereSeparator: { !$0.isLetter }).first { $0 != "final" && $0 != "static" } == "package"
    }

    static let nothingLeftToDo = Rule.text("what is left to do belongs in an issue") { _, line in
        words(line).contains { ["TODO", "FIXME", "XXX"].contains($0) }
    }

    static let noTrapsByConvenience = Rule.code("a peer must not be able to stop the server: no try!, as! or fatalError") { _, line in
        line.contains("try!") || line.contains("as!") || line.contains("fatalError(")
    }

    /// Pauses of the test support, each while a condition is polled up to a deadline; a test itself never waits for time to pass.
    static let pollingSupport: Set<String> = [
        "Tests/SignalingTests/Support/LiveServer.swift", "Tests/SignalingTests/Support/TestSocket.swift",
    ]

    static let noSleepsInTests = Rule.code("a test waits for a condition, never for time to pass") { file, line in
        guard !pollingSupport.contains(file.path) else { return false }
        return words(line).contains { ["sleep", "usleep", "nanosleep", "Thread.sleep"].contains($0) }
    }

    static let noAbsolutePaths = Rule.text("a path of one machine") { _, line in
        let folders = ["work", "root", "tmp", "home", "Users"].map { "/" + $0 }
        return folders.contains { folder in
            line.ranges(of: folder).contains { range in
                let before = range.lowerBound == line.startIndex ? nil : line[line.index(before: range.lowerBound)]
                let after = range.upperBound == line.endIndex ? nil : line[range.upperBound]
                let begins = before.map { !($0.isLetter || $0.isNumber || "._-}*)/".contains($0)) } ?? true
                return begins && (after == "/" || after.map { "\"'` ,;)".contains($0) } ?? true)
            }
        }
    }

    /// Larger files hold a noun that wants its own.
    static let longestFile = 450

    static let noLongFiles = Rule(message: "more than \(longestFile) lines: a noun is missing") { file in
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - (file.text.hasSuffix("\n") ? 1 : 0)
        return count > longestFile ? [count] : []
    }

    static let onlyTheWorkerReadsAClock = Rule.code("outside Worker/ the media core is told the time") { file, line in
        guard file.module == "SFU", !file.path.hasPrefix("Sources/SFU/Worker/") else { return false }
        return words(line).contains { ["clock_gettime", "gettimeofday", "ContinuousClock", "SuspendingClock"].contains($0) }
    }

    /// Reading SQL costs more than a lookup by key. GRDB keeps what `cachedStatement` made, one for each text: texts are constant and so bounded.
    static let statementsAreKept = Rule.code("a table's statements are made once: cachedStatement") { file, line in
        guard file.path.hasPrefix("Sources/Control/Store/"), file.path.hasSuffix("Table.swift") else { return false }
        return line.contains("db, sql:") || line.contains("execute(sql:") || line.contains("execute(literal:")
    }

    private static func words(_ line: Substring) -> [Substring] {
        line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
    }
}
