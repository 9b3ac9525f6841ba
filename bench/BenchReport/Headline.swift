/// The one picture that the README shows: how many packets a second of CPU forwards, ours beside the others'.
enum Headline {
    /// The file of results that it is drawn from: one profile for all, frames as encoders send them.
    static let source = "forwarding-cm"

    /// For readers who do not know the bench.
    private static let names = ["parley": "Parley", "janus-1": "Janus, one event loop", "janus": "Janus", "pion": "Pion"]

    static func chart(_ results: Results) -> BarChart? {
        var groups: [BarChart.Group] = []
        for row in results.medians where !row.peer.hasPrefix("limit") && row.microsecondsPerPacket > 0 {
            let label = "1 → \(row.viewers)"
            let bar = BarChart.Bar(names[row.peer] ?? row.peer, 1000 / row.microsecondsPerPacket)
            if groups.last?.label == label { groups[groups.count - 1].bars.append(bar) } else { groups.append(.init(label, [bar])) }
        }
        guard !groups.isEmpty else { return nil }
        return BarChart(title: "Thousand packets forwarded for a second of CPU; longer is better", groups: groups, digits: 0)
    }
}
