/// What was measured beside what was accepted.
///
/// Seen red: with two divisions more in `Pacer.next` "pacer" rose by 38 % and was called slower, with four by 61 %, and the nine other cases stayed
/// within 7 %; with one, 6 %, it passed. (Load average 3 to 5, two cores, others compiling.)
public struct Verdict: Equatable, Sendable {
    public enum State: String, Equatable, Sendable {
        case steady
        case slower = "SLOWER"
        /// So much faster that the accepted figure would hide the loss of it: accept anew.
        case faster
        /// Nothing was accepted for it.
        case new
        /// Accepted, but not measured any more.
        case missing = "MISSING"
    }

    public struct Row: Equatable, Sendable {
        public var name: String
        public var accepted: Double?
        public var measured: Double?
        public var nanoseconds: Double?
        public var spread: Double?
        public var state: State

        /// Measured over accepted, less one.
        public var change: Double? {
            guard let accepted, let measured, accepted > 0 else { return nil }
            return measured / accepted - 1
        }
    }

    /// Worse by more than this fails (issue 3).
    public static let tolerance = 0.15

    public var rows: [Row]

    public init(_ results: [MicroResult], against baseline: Baseline, tolerance: Double = Verdict.tolerance) {
        rows = results.map { result in
            let accepted = baseline.figures[result.name]?.ratio
            return Row(
                name: result.name, accepted: accepted, measured: result.ratio, nanoseconds: result.nanoseconds, spread: result.spread,
                state: Self.state(result.ratio, accepted, tolerance))
        }
        let measured = Set(results.map(\.name))
        for name in baseline.figures.keys.sorted() where !measured.contains(name) {
            rows.append(Row(name: name, accepted: baseline.figures[name]?.ratio, state: .missing))
        }
    }

    public var isGood: Bool { !rows.contains { $0.state == .slower || $0.state == .missing } }

    /// The cases to be measured again before they are called slower.
    public var slower: Set<String> { Set(rows.filter { $0.state == .slower }.map(\.name)) }

    private static func state(_ measured: Double, _ accepted: Double?, _ tolerance: Double) -> State {
        guard let accepted, accepted > 0 else { return .new }
        if measured > accepted * (1 + tolerance) { return .slower }
        return measured < accepted * (1 - tolerance) ? .faster : .steady
    }

    /// A table to be read by people.
    public var table: String {
        let header = ["", "accepted", "measured", "change", "ns", "spread", ""]
        let lines = rows.map { row in
            [
                row.name, Self.text(row.accepted), Self.text(row.measured), row.change.map { Self.percent($0, signed: true) } ?? "",
                Self.text(row.nanoseconds), row.spread.map { Self.percent($0, signed: false) } ?? "", row.state.rawValue,
            ]
        }
        let widths = header.indices.map { column in ([header] + lines).map { $0[column].count }.max() ?? 0 }
        return ([header] + lines).map { cells in
            zip(cells, widths).enumerated().map { column, cell in
                let pad = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 || column == header.count - 1 ? cell.0 + pad : pad + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func text(_ value: Double?) -> String {
        guard let value else { return "" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    private static func percent(_ share: Double, signed: Bool) -> String {
        let number = Int((share * 100).rounded())
        return "\(signed && number > 0 ? "+" : "")\(number) %"
    }
}

extension [MicroResult] {
    /// Of each case the second lowest cost of all runs over the second lowest of the yardstick; in the order of the first run.
    ///
    /// Runs are processes, and some lay their memory out unluckily (a load that shares its low twelve address bits with a store before it waits
    /// for that), which can add half to a small case. The median would be of either kind by chance; the very lowest is left out as in `Sampler`.
    public static func settled(from runs: [[MicroResult]]) -> [MicroResult] {
        (runs.first ?? []).map { first in
            let all = runs.compactMap { run in run.first { $0.name == first.name } }
            let costs = all.map(\.nanoseconds).sorted()
            let second = Swift.min(1, all.count - 1)
            return MicroResult(
                name: first.name, operation: first.operation, nanoseconds: costs[second],
                referenceNanoseconds: all.map(\.referenceNanoseconds).sorted()[second],
                spread: costs[second] > 0 ? (costs[costs.count - 1] - costs[0]) / costs[second] : 0)
        }
    }

    /// Of each case the lower cost of both over the lower cost of the yardstick: a loss is there each time it is measured, a disturbance is not.
    public func pooled(with again: [MicroResult]) -> [MicroResult] {
        map { first in
            guard let second = again.first(where: { $0.name == first.name }) else { return first }
            var pooled = first
            pooled.nanoseconds = Swift.min(first.nanoseconds, second.nanoseconds)
            pooled.referenceNanoseconds = Swift.min(first.referenceNanoseconds, second.referenceNanoseconds)
            return pooled
        }
    }
}
