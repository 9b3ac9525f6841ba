import BenchReport
import Glibc

extension Machine {
    /// This one, now.
    static var here: Machine {
        let model = TextFile.read("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        return Machine(
            processor: model.map { String($0.drop { $0 != ":" }.dropFirst(2)) } ?? "unknown",
            cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            kernel: TextFile.read("/proc/sys/kernel/osrelease").filter { !$0.isNewline }, loadAverage: loadNow)
    }

    /// Load average of the last minute.
    static var loadNow: Double { TextFile.read("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0 }
}
