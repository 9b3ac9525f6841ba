import CBench
import Glibc
import LoadGenerator

/// What one phase came to.
struct ControlRow: Codable {
    var phase: String
    /// "closed, 8 at once" or "open, 200/s".
    var loop: String
    var operations: Int
    var errors: Int
    var seconds: Double
    var perSecond: Double
    var p50Milliseconds: Double
    var p99Milliseconds: Double
    var longestMilliseconds: Double
    /// Of one core.
    var serverCPUPercent: Double
    var serverCPUMicrosecondsPerOperation: Double
    /// Of one core: above 90 the generator was the limit, and delays are partly its own.
    var generatorCPUPercent: Double
    var serverResidentMiB: Double
    var serverThreads: Int
    /// Only where sockets are held.
    var sockets: Int?
    var residentKiBPerSocket: Double?

    static let header =
        "phase                 loop                  ops  errors       /s   p50 ms   p99 ms   max ms  CPU %   µs/op  gen %   RSS MiB"

    var row: String {
        let cells: [(String, Int)] = [
            ("\(operations)", 7), ("\(errors)", 7), (Self.text(perSecond), 8), (Self.text(p50Milliseconds, 2), 8),
            (Self.text(p99Milliseconds, 2), 8), (Self.text(longestMilliseconds, 1), 8), (Self.text(serverCPUPercent), 6),
            (Self.text(serverCPUMicrosecondsPerOperation), 7), (Self.text(generatorCPUPercent), 6), (Self.text(serverResidentMiB), 9),
        ]
        let numbers = cells.map { Self.pad($0.0, $0.1) }.joined(separator: " ")
        let memory = residentKiBPerSocket.map { "  \(Self.text($0)) KiB a socket" } ?? ""
        return "\(Self.fill(phase, 21)) \(Self.fill(loop, 18))\(numbers)\(memory)"
    }

    private static func text(_ value: Double, _ digits: Int = 1) -> String {
        let scale = digits == 2 ? 100.0 : 10.0
        return "\((value * scale).rounded() / scale)"
    }

    private static func pad(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    private static func fill(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
}

/// Puts what a phase did beside what it cost the server.
final class PhaseMeter {
    private(set) var rows: [ControlRow] = []
    /// What went wrong, and how often.
    private(set) var problems: [String: Int] = [:]
    private let server: ControlServer

    init(_ server: ControlServer) { self.server = server }

    func note(_ problem: String) { problems[problem, default: 0] += 1 }

    var residentKiB: Int { ProcessUsage(of: server.process.pid).residentKiB }

    /// - Throws: if the server ended, or nothing succeeded.
    @discardableResult
    func measure(_ phase: String, _ loop: String, edit: (inout ControlRow) -> Void = { _ in }, _ body: () -> LoadFigures) throws
        -> ControlRow
    {
        let before = ProcessUsage(of: server.process.pid)
        let own = bench_thread_cpu_ns()
        let start = EventPoll.now
        let figures = body()
        let elapsed = Double(EventPoll.now - start)
        let generator = Double(bench_thread_cpu_ns() - own)
        let after = ProcessUsage(of: server.process.pid)
        try server.process.requireAlive()
        guard figures.completed > 0 else { throw BenchError("\(phase): nothing succeeded: \(problems)") }
        let cpu = Double(after.cpuNanoseconds(since: before))
        var row = ControlRow(
            phase: phase, loop: loop, operations: figures.completed, errors: figures.failed,
            seconds: Double(figures.nanoseconds) / 1e9, perSecond: figures.perSecond, p50Milliseconds: Double(figures.p50) / 1e6,
            p99Milliseconds: Double(figures.p99) / 1e6, longestMilliseconds: Double(figures.longest) / 1e6,
            serverCPUPercent: cpu / elapsed * 100, serverCPUMicrosecondsPerOperation: cpu / 1e3 / Double(figures.completed),
            generatorCPUPercent: generator / elapsed * 100, serverResidentMiB: Double(after.residentKiB) / 1024,
            serverThreads: after.threadCount)
        edit(&row)
        rows.append(row)
        print(row.row)
        fflush(nil)
        return row
    }
}
