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
            case "media": try MediaBench.run(try MediaOptions(arguments.dropFirst()))
            case "limit": try MediaBench.run(try MediaOptions(["--peers", "limit"] + arguments.dropFirst()))
            case "delay": try DelayBench.run()
            case "allocations": try AllocationBench.run()
            default:
                print("usage: parley-bench media | limit | delay | allocations\n\(MediaOptions.usage)")
                exit(64)
            }
        } catch {
            print("parley-bench: \(error)")
            exit(1)
        }
    }
}

struct BenchFailure: Error, CustomStringConvertible {
    var description: String
}
