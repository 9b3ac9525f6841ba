/// How many packets a second one core forwards.
extension Report {
    func capacity(_ results: Results) -> Table {
        var table = Table(columns: ["viewers", "server", "packets/s out", "µs a packet", "run", "CPU", "p99 ms", "the next step", "load"])
        for row in results.capacities ?? [] {
            let bound = row.isLowerBound == true ? "at least " : ""
            let run = row.carried
            table.rows.append([
                "\(row.viewers)", row.peer, row.packetsPerSecondOut > 0 ? bound + "\(row.packetsPerSecondOut)" : "not even the first step",
                run?.microsecondsPerPacket.fixed(2) ?? "", run?.runLength.fixed(2) ?? "",
                run.map { ($0.serverCPU * 100).fixed(0) + " %" } ?? "", run.map { ($0.delayP99 / 1000).fixed(2) } ?? "",
                row.missed ?? "", row.loadAverage.fixed(1),
            ])
        }
        return table
    }

    /// How many times as many as the others we carry.
    func capacityVerdict(_ results: Results) -> String {
        let capacities = results.capacities ?? []
        return capacities.filter { $0.peer == "parley" }.compactMap { ours -> String? in
            let others = capacities.filter { $0.viewers == ours.viewers && $0.peer != "parley" && $0.packetsPerSecondOut > 0 }
            guard !others.isEmpty, ours.packetsPerSecondOut > 0 else { return nil }
            let ratios = others.map { "\($0.peer) \((Double(ours.packetsPerSecondOut) / Double($0.packetsPerSecondOut)).fixed(1)) ×" }
            return "- \(ours.viewers) viewers: packets a core of Parley's beside others': \(ratios.joined(separator: ", "))"
        }.joined(separator: "\n")
    }
}
