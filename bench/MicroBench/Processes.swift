import BenchRatios
import CBench
import Foundation
import Glibc

/// The same measurement in several processes, one after the other: where memory lies is drawn anew in each, and moves some cases by more than
/// everything else does.
enum Processes {
    static let count = 7

    /// - Parameter names: of cases; none: all.
    static func measure(_ names: [String]) throws -> [MicroResult] {
        let output = FileManager.default.temporaryDirectory.appending(path: "parley-microbench-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let runs = try (0..<count).map { _ in
            try? FileManager.default.removeItem(atPath: output)
            return try measureOnce(names, output: output)
        }
        return .settled(from: runs)
    }

    private static func measureOnce(_ names: [String], output: String) throws -> [MicroResult] {
        var arguments = (["/proc/self/exe", "measure"] + names).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        let pid = bench_spawn(&arguments, output, -1)
        guard pid > 0 else { throw BenchFailure("a process cannot be started: \(String(cString: strerror(-pid)))") }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard status == 0 else { throw BenchFailure(text) }
        return try BaselineFile.decode(text)
    }
}
