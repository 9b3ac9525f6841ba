/// How many people in rooms one core carries.
extension Report {
    func roomCapacity(_ results: Results) -> Table {
        var table = Table(columns: [
            "people a room", "server", "participants a core", "rooms", "packets/s out", "µs a packet", "run", "CPU", "p99 ms",
            "generator's CPU", "it sent late by (p99 ms)", "the next step", "load",
        ])
        for row in results.capacities ?? [] {
            let run = row.carried
            let carried = (row.isLowerBound == true ? "at least " : "") + "\(row.participants ?? 0)"
            table.rows.append([
                "\(row.viewers)", run?.name ?? row.peer, run == nil ? "not even the first step" : carried, "\(row.rooms ?? 0)",
                "\(row.packetsPerSecondOut)", run?.microsecondsPerPacket.fixed(2) ?? "", run?.runLength.fixed(2) ?? "",
                run.map { ($0.serverCPU * 100).fixed(0) + " %" } ?? "", run.map { ($0.delayP99 / 1000).fixed(2) } ?? "",
                run?.generatorCPU.map { ($0 * 100).fixed(0) + " %" } ?? "", run.map { ($0.generatorLateP99 / 1000).fixed(2) } ?? "",
                row.missed ?? "not tried", row.loadAverage.fixed(1),
            ])
        }
        return table
    }

    func roomCapacityChart(_ results: Results) -> BarChart? {
        let capacities = results.capacities ?? []
        guard let first = capacities.first else { return nil }
        let bars = capacities.map { BarChart.Bar($0.carried?.name ?? $0.peer, Double($0.participants ?? 0)) }
        return BarChart(
            title: "participants that one core carries, \(ReportText.profiles(results)); longer is better",
            groups: [.init("rooms of \(first.viewers)", bars)], digits: 0)
    }

    /// How many times as many as the others we carry.
    func roomCapacityVerdict(_ results: Results) -> String {
        let capacities = results.capacities ?? []
        let others = capacities.filter { $0.peer != "parley" && $0.participants ?? 0 > 0 }
        guard !others.isEmpty else { return ReportText.participants }
        let lines = capacities.filter { $0.peer == "parley" }.map { ours in
            let ratios = others.map { "\($0.peer) \((Double(ours.participants ?? 0) / Double($0.participants ?? 1)).fixed(1)) ×" }
            return "- rooms of \(ours.viewers): participants a core of \(ours.carried?.name ?? ours.peer) beside others': "
                + ratios.joined(separator: ", ")
        }
        return ([ReportText.participants, ""] + lines).joined(separator: "\n")
    }
}
