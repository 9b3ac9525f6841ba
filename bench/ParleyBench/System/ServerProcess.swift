import CBench
import Glibc
import LoadGenerator

/// A server under test: an ordinary process on one core, which ends when this is released.
final class ServerProcess {
    let pid: Int32
    let log: String
    private var hasEnded = false

    init(_ arguments: [String], log: String, core: Int) throws {
        self.log = log
        var argv = arguments.map { strdup($0) }
        argv.append(nil)
        pid = bench_spawn(&argv, log, Int32(core))
        for argument in argv { free(argument) }
        guard pid > 0 else { throw BenchError("\(arguments[0]) cannot be started: \(String(cString: strerror(-pid)))") }
    }

    deinit { end() }

    /// - Throws: with the end of its log if it has ended.
    func requireAlive() throws {
        var status: Int32 = 0
        guard !hasEnded, waitpid(pid, &status, WNOHANG) == 0 else {
            hasEnded = true
            throw BenchError("the server has ended; its log ends: \(TextFile.read(log).suffix(1500))")
        }
    }

    /// SIGTERM, and SIGKILL after three seconds.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(pid, SIGTERM)
        for _ in 0..<300 {
            if waitpid(pid, nil, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }
}
