/// CPU time and memory of a process, from /proc.
struct ProcessUsage {
    /// Nanoseconds on a CPU by thread (`schedstat`, first field).
    private var threads: [String: UInt64] = [:]
    /// Threads whose name says that they forward media: Parley's.
    private var media: Set<String> = []
    /// VmRSS.
    let residentKiB: Int

    init(of pid: Int32) {
        for thread in TextFile.names(in: "/proc/\(pid)/task") {
            if TextFile.read("/proc/\(pid)/task/\(thread)/comm").hasPrefix("media-") { media.insert(thread) }
            threads[thread] = TextFile.read("/proc/\(pid)/task/\(thread)/schedstat").split(separator: " ").first.flatMap { UInt64($0) }
        }
        residentKiB =
            TextFile.read("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            .flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    var threadCount: Int { threads.count }

    /// A thread that began meanwhile counts whole; one that ended meanwhile is lost, as is at most its share since `earlier`.
    func cpuNanoseconds(since earlier: ProcessUsage, mediaOnly: Bool = false) -> UInt64 {
        threads.filter { !mediaOnly || media.contains($0.key) }.reduce(0) { sum, thread in
            let before = earlier.threads[thread.key] ?? 0
            return sum + (thread.value > before ? thread.value - before : 0)
        }
    }
}
