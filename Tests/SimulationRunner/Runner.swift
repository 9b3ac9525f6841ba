import Glibc
import Simulation

/// `parley-sim`: runs simulated rooms and says what was wrong in them. Without options, the fixed seeds.
@main
struct Runner {
    static func main() {
        switch RunnerOptions.parse(Array(CommandLine.arguments.dropFirst())) {
        case .failure(let message):
            print(message.text)
            exit(2)
        case .success(let options):
            exit(run(options) ? 0 : 1)
        }
    }

    /// Whether everything passed.
    private static func run(_ options: RunnerOptions) -> Bool {
        var (passed, failed) = (0, 0)
        var virtualSeconds = 0.0
        let start = seconds()
        for fixed in options.rooms {
            let began = seconds()
            guard let outcome = fixed.run() else { continue }
            virtualSeconds += outcome.virtualSeconds
            if options.isVerbose { outcome.timeline.forEach { print($0) } }
            report(fixed, outcome, wall: seconds() - began)
            if outcome.passed { passed += 1 } else { failed += 1 }
        }
        let wall = seconds() - start
        print(
            "\(passed) passed, \(failed) failed; \(Int(virtualSeconds)) virtual seconds in \(Int(wall)) s (\(Int(virtualSeconds / wall))×)")
        return failed == 0
    }

    private static func traits(_ fixed: Seeds.Fixed, _ text: (String) -> String) -> String {
        ServerTraits.named.filter { fixed.traits.contains($0.trait) }.map { text($0.name) }.joined()
    }

    private static func report(_ fixed: Seeds.Fixed, _ outcome: Outcome, wall: Double) {
        let verdict = outcome.passed ? "ok  " : "FAIL"
        let spread = (fixed.workers > 1 ? " workers=\(fixed.workers)" : "") + traits(fixed) { " " + $0 }
        print(
            "\(verdict) \(fixed.scenario) seed=\(fixed.seed)\(spread) digest=\(outcome.digest) \(outcome.summary) [\(Int(wall * 1000)) ms]")
        defer { fflush(nil) }
        for failure in outcome.failures.prefix(12) { print("       \(failure)") }
        if outcome.failures.count > 12 { print("       and \(outcome.failures.count - 12) more") }
        let workers = (fixed.workers > 1 ? " --workers \(fixed.workers)" : "") + traits(fixed) { " --\($0) yes" }
        if !outcome.passed { print("       replay: parley-sim --seed \(fixed.seed) --scenario \(fixed.scenario)\(workers)") }
    }

    /// The only wall clock here: it times the run, and nothing in a room sees it.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
