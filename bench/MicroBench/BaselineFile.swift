import BenchRatios
import Foundation

/// The accepted figures on disk, and what they say about the machine.
enum BaselineFile {
    /// - Returns: `nil` where there is no such file.
    static func read(_ path: String) throws -> Baseline? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try JSONDecoder().decode(Baseline.self, from: Data(contentsOf: URL(filePath: path)))
    }

    static func write(_ baseline: Baseline, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (encoder.encode(baseline) + Data("\n".utf8)).write(to: URL(filePath: path))
    }

    /// Results as one process hands them to another.
    static func encode(_ results: [MicroResult]) throws -> String { String(decoding: try JSONEncoder().encode(results), as: UTF8.self) }

    static func decode(_ text: String) throws -> [MicroResult] { try JSONDecoder().decode([MicroResult].self, from: Data(text.utf8)) }

    static var processor: String {
        let lines = text("/proc/cpuinfo").split(separator: "\n")
        return lines.first { $0.hasPrefix("model name") }.map { String($0.drop { $0 != ":" }.dropFirst(2)) } ?? "unknown"
    }

    static var loadAverage: Double { text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0 }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
