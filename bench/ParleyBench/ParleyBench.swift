import Glibc

/// `parley-bench NAME`: measures the media plane of this build on this machine, over real sockets with real ICE, DTLS and SRTP.
@main
struct ParleyBench {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            switch CommandLine.arguments.dropFirst().first {
            case "delay": try DelayBench.run()
            case "allocations": try AllocationBench.run()
            default:
                print("usage: parley-bench delay | allocations")
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
