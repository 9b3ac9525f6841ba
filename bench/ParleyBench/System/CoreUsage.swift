/// What one core has done since the machine's start, from /proc.
struct CoreUsage {
    private var busyTicks: UInt64 = 0
    private var allTicks: UInt64 = 0
    /// Of the core's ksoftirqd, which works for whoever sends and receives there, in nanoseconds.
    private var softInterrupts: UInt64 = 0

    /// `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal, in ticks.
    init(of core: Int) {
        let line = TextFile.read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("cpu\(core) ") }
        let ticks = (line ?? "").split(separator: " ").dropFirst().prefix(8).compactMap { UInt64($0) }
        guard ticks.count == 8 else { return }
        allTicks = ticks.reduce(0, +)
        busyTicks = allTicks - ticks[3] - ticks[4]
        softInterrupts =
            Self.daemon(of: core).map { TextFile.read("/proc/\($0)/schedstat") }?.split(separator: " ").first
            .flatMap { UInt64($0) } ?? 0
    }

    /// The share of the core that others took.
    /// - Parameter own: CPU time of those who are not others, in nanoseconds.
    /// - Returns: 0…1; `nil` where /proc does not tell.
    func othersShare(since earlier: CoreUsage, own: UInt64, nanoseconds: Int64) -> Double? {
        guard allTicks > earlier.allTicks, nanoseconds > 0 else { return nil }
        let busy = Double(busyTicks - earlier.busyTicks) / Double(allTicks - earlier.allTicks)
        let known = Double(own + (softInterrupts - earlier.softInterrupts)) / Double(nanoseconds)
        return min(1, max(0, busy - known))
    }

    /// It is one of the first processes that a kernel starts.
    private static func daemon(of core: Int) -> Int? {
        (2..<500).first { TextFile.read("/proc/\($0)/comm") == "ksoftirqd/\(core)\n" }
    }
}
