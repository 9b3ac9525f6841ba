/// How operations follow each other.
public enum LoadPace: Sendable {
    /// So many at once; the next begins when one ends. It finds what a server can do, and hides what waiting would cost.
    case closed(atOnce: Int)
    /// So many a second, whether the server keeps up or not; delay counts from the moment when each was due.
    case open(perSecond: Double)
}

/// What one run of operations came to.
public struct LoadFigures: Sendable {
    public var completed = 0
    public var failed = 0
    /// From the first start to the last end.
    public var nanoseconds: Int64 = 0
    public var p50: Int64 = 0
    public var p99: Int64 = 0
    public var longest: Int64 = 0

    public var perSecond: Double { nanoseconds > 0 ? Double(completed) * 1e9 / Double(nanoseconds) : 0 }
}

/// Starts operations at a pace and measures each from its start, or its due time, to its end.
public final class LoadRun {
    public enum Stop: Sendable {
        case count(Int)
        case seconds(Double)
    }

    /// Open loop: beyond so many under way the next ones are failures, as they would be for their users.
    private static let mostAtOnce = 4096
    /// How long the last operations may take.
    private static let patience: Int64 = 20_000_000_000

    private let poll: EventPoll
    private let latencies = LatencyHistogram()
    private var figures = LoadFigures()
    private var started = 0
    private var underWay = 0
    private var lastEnd: Int64 = 0

    public init(_ poll: EventPoll) { self.poll = poll }

    /// - Parameters:
    ///   - operation: starts operation number n and calls back, once, with whether it went well.
    public func run(
        _ pace: LoadPace, _ stop: Stop, _ operation: @escaping (_ number: Int, _ done: @escaping (Bool) -> Void) -> Void
    ) -> LoadFigures {
        let begin = EventPoll.now
        var ended: Int64?
        while true {
            let now = EventPoll.now
            if ended == nil, isOver(stop, begin, now) { ended = now }
            if ended == nil { start(pace, stop, begin, now, operation) }
            if let ended, underWay == 0 || now - ended > Self.patience { break }
            poll.wait(milliseconds: 1)
        }
        figures.failed += underWay
        figures.nanoseconds = max(1, lastEnd - begin)
        figures.p50 = latencies.quantile(0.5) ?? 0
        figures.p99 = latencies.quantile(0.99) ?? 0
        figures.longest = latencies.quantile(1) ?? 0
        return figures
    }

    private func isOver(_ stop: Stop, _ begin: Int64, _ now: Int64) -> Bool {
        switch stop {
        case .count(let count): started >= count
        case .seconds(let seconds): now - begin >= Int64(seconds * 1e9)
        }
    }

    private func start(
        _ pace: LoadPace, _ stop: Stop, _ begin: Int64, _ now: Int64,
        _ operation: (_ number: Int, _ done: @escaping (Bool) -> Void) -> Void
    ) {
        var limit = Int.max
        if case .count(let count) = stop { limit = count }
        switch pace {
        case .closed(let atOnce):
            while underWay < atOnce, started < limit { launch(due: EventPoll.now, operation) }
        case .open(let perSecond):
            while started < limit, case let due = Self.due(started, begin, perSecond), due <= now { launch(due: due, operation) }
        }
    }

    /// When operation `number` is due.
    static func due(_ number: Int, _ begin: Int64, _ perSecond: Double) -> Int64 { begin + Int64(Double(number) / perSecond * 1e9) }

    private func launch(due: Int64, _ operation: (Int, @escaping (Bool) -> Void) -> Void) {
        let number = started
        started += 1
        guard underWay < Self.mostAtOnce else {
            figures.failed += 1
            return
        }
        underWay += 1
        operation(number) { [self] isGood in
            let now = EventPoll.now
            underWay -= 1
            lastEnd = now
            if isGood {
                figures.completed += 1
                latencies.record(now - due)
            } else {
                figures.failed += 1
            }
        }
    }
}
