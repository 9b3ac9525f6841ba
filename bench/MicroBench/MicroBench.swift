import BenchRatios
import CBench
import Glibc

/// `parley-microbench check | accept | show`: the price of the parts of which a packet's way and an answer are made, in steps of a reference loop.
/// `check` fails when one is worse than what was accepted (bench/results/micro.json) by more than 15 %.
@main
struct MicroBench {
    static let file = "bench/results/micro.json"
    /// A case that looks slower is measured so often again, and its best counts: a loss is there each time, a disturbance is not.
    static let secondLooks = 2

    static let method = """
        ratio: CPU time of one operation in steps of a fixed reference loop (bench/BenchRatios/ReferenceLoop.swift). Batches of both alternate; of \
        each block, and of the blocks, the low quantile of each counts, of seven processes the second lowest of each.
        """

    static func main() async {
        do {
            let arguments = CommandLine.arguments.dropFirst()
            let names = Array(arguments.dropFirst())
            switch arguments.first {
            case "check": try check(names)
            case "accept": try accept()
            case "show": print(Verdict(try Processes.measure(names), against: try accepted(names, required: false)).table)
            case "measure": try await measure(names)
            default:
                print("usage: parley-microbench check | accept | show [case…]")
                exit(64)
            }
        } catch {
            print("parley-microbench: \(error)")
            exit(1)
        }
    }

    /// What each process of `Processes` does.
    private static func measure(_ names: [String]) async throws {
        let reference = ReferenceLoop()
        let cases = try await Cases.make().filter { names.isEmpty || names.contains($0.name) }
        let results = Sampler(clock: { bench_thread_cpu_ns() }, reference: reference.run).measure(cases)
        print(try BaselineFile.encode(results))
    }

    private static func check(_ names: [String]) throws {
        let baseline = try accepted(names, required: true)
        let here = BaselineFile.processor
        if baseline.processor != here { print("accepted on \(baseline.processor); this is \(here): ratios may differ a little") }
        var results = try Processes.measure(names)
        var verdict = Verdict(results, against: baseline)
        for _ in 0..<secondLooks where !verdict.slower.isEmpty {
            results = results.pooled(with: try Processes.measure(verdict.slower.sorted()))
            verdict = Verdict(results, against: baseline)
        }
        print(verdict.table)
        guard verdict.isGood else {
            print(
                """

                Slower than accepted by more than \(Int(Verdict.tolerance * 100)) %, or missing. If that is meant, `make bench-accept` and say why \
                in the commit.
                """)
            exit(1)
        }
    }

    private static func accept() throws {
        let results = try Processes.measure([])
        print(Verdict(results, against: try accepted([], required: false)).table)
        try BaselineFile.write(baseline(results), to: file)
    }

    /// The accepted figures of these cases, or of all.
    private static func accepted(_ names: [String], required: Bool) throws -> Baseline {
        guard var baseline = try BaselineFile.read(file) else {
            guard !required else { throw BenchFailure("\(file) is missing: run `make bench-accept`") }
            return Self.baseline([])
        }
        if !names.isEmpty { baseline.figures = baseline.figures.filter { names.contains($0.key) } }
        return baseline
    }

    private static func baseline(_ results: [MicroResult]) -> Baseline {
        Baseline(processor: BaselineFile.processor, loadAverage: BaselineFile.loadAverage, method: method, results: results)
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
