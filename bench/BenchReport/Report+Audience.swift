/// Loss, many viewers, memory, and delays at a share of capacity.
extension Report {
    func loss(_ results: Results) -> Table {
        var table = Table(columns: [
            "viewers", "server", "lost to viewers", "lost to the server", "delivered after repair", "packets asked for", "repaired",
            "came twice", "repair p50 ms", "repair p99 ms", "µs a packet", "load",
        ])
        for row in results.medians {
            guard let repair = row.repair else { continue }
            table.rows.append([
                "\(row.viewers)", row.peer, repair.lossPercent.fixed(1) + " %", repair.uplinkLossPercent.fixed(1) + " %",
                (row.deliveryRatio * 100).fixed(3) + " %", "\(repair.asked)", "\(repair.repaired)", "\(repair.repeated)",
                (repair.delayP50 / 1000).fixed(2), (repair.delayP99 / 1000).fixed(2), row.microsecondsPerPacket.fixed(2), Self.load(row),
            ])
        }
        return table
    }

    func audience(_ results: Results) -> Table {
        var table = Table(columns: [
            "viewers", "server", "media threads", "viewers of each", "CPU of each", "packets/s out", "µs a packet", "delivered", "p50 ms",
            "p99 ms", "load",
        ])
        for row in results.medians {
            let audience = row.audience
            table.rows.append([
                "\(row.viewers)", row.peer, "\(audience?.workers ?? 1)",
                (audience?.viewersByWorker ?? []).map(String.init).joined(separator: " + "),
                (audience?.cpuShares ?? []).map { ($0 * 100).fixed(0) + " %" }.joined(separator: " + "), row.packetsPerSecondOut.fixed(0),
                row.microsecondsPerPacket.fixed(2), Self.percent(row.deliveryRatio), (row.delayP50 / 1000).fixed(2),
                (row.delayP99 / 1000).fixed(2), Self.load(row),
            ])
        }
        return table
    }

    /// What viewers and a published stream take of the server's memory, where that was read before they came.
    func memory(_ results: Results) -> String {
        guard results.kind == .forwarding || results.kind == .audience else { return "" }
        let rows = results.medians.compactMap { row in row.audience.map { (row: row, audience: $0) } }
        guard !rows.isEmpty else { return "" }
        var table = Table(columns: ["viewers", "server", "MiB idle", "KiB for what is published first", "KiB a viewer"])
        table.rows = rows.map { row, audience in
            [
                "\(row.viewers)", row.peer, (Double(audience.idleKiB) / 1024).fixed(0), audience.kibPerLayer.fixed(0),
                audience.kibPerSubscriber.fixed(1),
            ]
        }
        return ([table.markdown] + furtherViewers(rows)).joined(separator: "\n")
    }

    /// The first viewers bring code and tables into memory that all who follow share; the slope over audiences is what a viewer alone takes.
    private func furtherViewers(_ rows: [(row: Measurement, audience: Audience)]) -> [String] {
        let peers = rows.reduce(into: [String]()) { if !$0.contains($1.row.peer) { $0.append($1.row.peer) } }
        let lines = peers.compactMap { peer -> String? in
            let sizes = rows.filter { $0.row.peer == peer }.map { (x: Double($0.audience.viewers), y: Double($0.audience.watchedKiB)) }
            guard sizes.count >= 3, let fit = LeastSquares(sizes), let least = sizes.map(\.x).min(), let most = sizes.map(\.x).max()
            else { return nil }
            return "- \(peer): \(fit.slope.fixed(1)) ± \((2 * fit.standardError).fixed(1)) KiB for each further viewer, from "
                + "\(least.fixed(0)) to \(most.fixed(0))"
        }
        return lines.isEmpty ? [] : ["", "Memory by the least-squares line, with two standard errors:", ""] + lines
    }

    /// Each server at its share, and under it the reflector at the same rate.
    func shares(_ results: Results) -> String {
        guard let rows = results.shares, !rows.isEmpty else { return "" }
        var table = Table(columns: [
            "viewers", "server", "share of its capacity", "packets/s out", "p50 ms", "p99 ms", "p99.9 ms", "delivered", "load",
        ])
        for row in rows {
            table.rows.append([
                "\(row.viewers)", row.peer, ((row.loadShare ?? 0) * 100).fixed(0) + " %", row.packetsPerSecondOut.fixed(0),
                (row.delayP50 / 1000).fixed(2), (row.delayP99 / 1000).fixed(2), (row.delayP999 / 1000).fixed(2),
                Self.percent(row.deliveryRatio), Self.load(row),
            ])
        }
        return table.markdown
    }
}
