/// CPU time and memory of a process, from /proc.
struct ProcessUsage {
    /// Nanoseconds on a CPU by thread (`schedstat`, first field).
    private var threads: [String: UInt64] = [:]
    /// Names of the threads whose name says that they forward media: Parley's.
    private var media: [String: String] = [:]
    /// VmRSS.
    let residentKiB: Int

    init(of pid: Int32) {
        for thread in TextFile.names(in: "/proc/\(pid)/task") {
            let name = TextFile.read("/proc/\(pid)/task/\(thread)/comm")
            if name.hasPrefix("media-") { media[thread] = name }
            threads[thread] = TextFile.read("/proc/\(pid)/task/\(thread)/schedstat").split(separator: " ").first.flatMap { UInt64($0) }
        }
        residentKiB =
            TextFile.read("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            .flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// Of the media threads' time since `earlier` each one's share, in the order of their names.
    func mediaShares(since earlier: ProcessUsage) -> [Double] {
        let times = media.sorted { $0.value < $1.value }.map { thread, _ in
            Double((threads[thread] ?? 0) &- (earlier.threads[thread] ?? 0))
        }
        let all = max(1, times.reduce(0, +))
        return times.map { $0 / all }
    }

    var threadCount: Int { threads.count }

    /// A thread that began meanwhile counts whole; one that ended meanwhile is lost, as is at most its share since `earlier`.
    func cpuNanoseconds(since earlier: ProcessUsage, mediaOnly: Bool = false) -> UInt64 {
        threads.filter { !mediaOnly || media[$0.key] != nil }.reduce(0) { sum, thread in
            let before = earlier.threads[thread.key] ?? 0
            return sum + (thread.value > before ? thread.value - before : 0)
        }
    }
}
