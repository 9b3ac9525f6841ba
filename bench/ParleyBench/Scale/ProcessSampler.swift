import BenchReport
import LoadGenerator

/// Looks at a server's memory, descriptors and threads every few seconds.
struct ProcessSampler {
    private(set) var samples: [ProcessSample] = []
    private let pid: Int32
    private let interval: Int64
    private let began: Int64
    private var next: Int64

    init(_ pid: Int32, everySeconds: Double) {
        self.pid = pid
        interval = Int64(everySeconds * 1e9)
        began = EventPoll.now
        next = began
    }

    /// To be called often.
    /// - Returns: whether a sample was taken.
    @discardableResult
    mutating func look(joins: Int) -> Bool {
        let now = EventPoll.now
        guard now >= next else { return false }
        next = max(next + interval, now)
        samples.append(sample(joins: joins))
        return true
    }

    func sample(joins: Int) -> ProcessSample {
        let status = TextFile.read("/proc/\(pid)/status").split(separator: "\n")
        func value(_ name: String) -> Int {
            status.first { $0.hasPrefix("\(name):") }.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        }
        return ProcessSample(
            seconds: Double(EventPoll.now - began) / 1e9, joins: joins, residentKiB: value("VmRSS"), anonymousKiB: value("RssAnon"),
            descriptors: TextFile.names(in: "/proc/\(pid)/fd").count, threads: value("Threads"))
    }
}
