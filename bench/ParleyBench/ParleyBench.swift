import Glibc
import LoadGenerator

/// `parley-bench NAME`: measures on this machine, over real sockets with real ICE, DTLS and SRTP. `media` and `limit` put servers beside each
/// other as processes; `delay` and `allocations` look inside the media server of this build.
@main
struct ParleyBench {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            let arguments = CommandLine.arguments.dropFirst()
            switch arguments.first {
            case "media": try bench(arguments.dropFirst()).forwarding()
            case "limit": try bench(["--peers", "limit"] + arguments.dropFirst()).forwarding()
            case "rooms": try bench(["--peers", "parley,janus-1"] + arguments.dropFirst()).rooms()
            case "control": try ControlBench.run(try ControlOptions(arguments.dropFirst()))
            case "counters": try CounterBench.run(try MediaOptions(arguments.dropFirst()))
            case "churn": try ChurnBench.run(try ScaleOptions(arguments.dropFirst(), people: 300), command: recorded)
            case "storm": try StormBench.run(try ScaleOptions(arguments.dropFirst(), people: 1000), command: recorded)
            case "scale": try ScaleBench.run(Array(arguments.dropFirst()), command: recorded)
            case "soak": try SoakBench.run(try ScaleOptions(arguments.dropFirst(), people: SoakBench.people), command: recorded)
            case "report": try ReportCommand.run(Array(arguments.dropFirst()))
            case "delay": try DelayBench.run()
            case "allocations": try AllocationBench.run()
            default:
                print(
                    "usage: parley-bench media | limit | rooms | control | churn | storm | scale | soak | counters | report | delay | allocations\n\(MediaOptions.usage)\ncontrol:\n\(ControlOptions.usage)\nchurn, storm, soak:\n\(ScaleOptions.usage)"
                )
                exit(64)
            }
        } catch {
            print("parley-bench: \(error)")
            exit(1)
        }
    }

    private static var recorded: String { MediaOptions.record(CommandLine.arguments.dropFirst()) }

    private static func bench(_ arguments: some Sequence<String>) throws -> MediaBench {
        try MediaBench(try MediaOptions(arguments), command: recorded)
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    var description: String
}
