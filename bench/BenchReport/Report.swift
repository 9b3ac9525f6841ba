/// docs/performance.md and its pictures, made of the files of bench/results and of nothing else.
package struct Report: Sendable {
    /// One file of results.
    package struct Source: Sendable {
        /// Without its folder and ending.
        package var name: String
        package var results: Results
        package init(name: String, results: Results) {
            self.name = name
            self.results = results
        }
    }

    private let sources: [Source]
    private let scale: ScaleReport
    private let notes: String

    /// - Parameter notes: Markdown that stands at the end, written by hand.
    package init(_ sources: [Source], scale: ScaleReport = ScaleReport(), notes: String = "") {
        self.scale = scale
        self.sources = sources.sorted { $0.name < $1.name }
        self.notes = notes
    }

    /// By file name below images/.
    package var pictures: [(name: String, svg: String)] {
        sources.compactMap { source in picture(source).map { ("performance-\(source.name).svg", $0.svg) } } + scale.pictures
            + (headline.map { [("performance-headline.svg", $0.svg)] } ?? [])
    }

    private var headline: BarChart? { sources.first { $0.name == Headline.source }.flatMap { Headline.chart($0.results) } }

    package var markdown: String {
        var parts = [Self.head]
        for kind in Results.Kind.allCases {
            let rows = sources.filter { $0.results.kind == kind }
            guard !rows.isEmpty else { continue }
            parts.append("## " + ReportText.title(kind) + "\n\n" + ReportText.about(kind))
            parts += rows.map(section)
        }
        parts += scale.sections
        parts.append(origins)
        parts.append(ReportText.method)
        parts.append(ReportText.fairness)
        if !notes.isEmpty { parts.append(notes.trimmingEnd) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private static let head = """
        # Performance

        Written by `parley-bench report` from the files of `bench/results`; `make bench` measures anew and writes both. Every figure here was
        measured; the load average stands beside it. A run keeps about one core busy by itself (server and generator), so a load average much
        above 1 means that others were computing on the same two cores: costs then hold roughly, delays and losses do not.
        """

    private func section(_ source: Source) -> String {
        var parts = ["### " + ReportText.heading(source.results)]
        if picture(source) != nil { parts.append("![\(ReportText.heading(source.results))](images/performance-\(source.name).svg)") }
        parts.append(table(source.results).markdown)
        parts.append(verdict(source.results))
        parts.append(memory(source.results))
        parts.append(shares(source.results))
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    // MARK: Tables

    private func table(_ results: Results) -> Table {
        switch results.kind {
        case .forwarding: forwarding(results)
        case .conference, .audio: results.isSearch ? roomCapacity(results) : rooms(results)
        case .capacity: capacity(results)
        case .loss: loss(results)
        case .audience: audience(results)
        }
    }

    private func forwarding(_ results: Results) -> Table {
        var table = Table(columns: [
            "viewers", "packets/s in", "server", "µs a packet", "share of the limit", "delivered", "p50 ms", "p99 ms", "run", "RSS MB",
            "load",
        ])
        for row in results.medians {
            table.rows.append([
                "\(row.viewers)", "\(row.packetsPerSecondIn)", row.peer, row.microsecondsPerPacket.fixed(2),
                Self.share(of: row, in: results.runs).map { ($0 * 100).fixed(0) + " %" } ?? "", Self.percent(row.deliveryRatio),
                (row.delayP50 / 1000).fixed(2), (row.delayP99 / 1000).fixed(2), row.runLength.fixed(1), Self.memory(row), Self.load(row),
            ])
        }
        return table
    }

    private func rooms(_ results: Results) -> Table {
        var table = Table(columns: [
            "rooms × people", "shown", "server", "packets/s out", "µs a packet", "CPU", "people a core", "delivered", "p50 ms", "p99 ms",
            "RSS MB",
            "load",
        ])
        for row in results.medians {
            let heard = (row.loudest.map { "\($0) loudest" } ?? "all microphones") + (row.speaking.map { ", \($0) speak" } ?? "")
            table.rows.append([
                "\(row.rooms ?? 0) × \(row.people ?? 0)", (row.layer.map { "layer \($0), " } ?? "") + heard, row.name,
                row.packetsPerSecondOut.fixed(0), row.microsecondsPerPacket.fixed(2), (row.serverCPU * 100).fixed(1) + " %",
                row.peoplePerCore?.fixed(0) ?? "", Self.percent(row.deliveryRatio), (row.delayP50 / 1000).fixed(2),
                (row.delayP99 / 1000).fixed(2), Self.memory(row), Self.load(row),
            ])
        }
        return table
    }

    static func percent(_ share: Double) -> String { (share * 100).fixed(2) + " %" }
    private static func memory(_ row: Measurement) -> String { row.residentKiB > 0 ? "\(row.residentKiB / 1024)" : "" }
    static func load(_ row: Measurement) -> String { row.loadAverage.map { $0.fixed(1) } ?? "" }

    /// What of a server's cost the machine itself would have charged: the bare loop's cost at the run length that the server reached.
    ///
    /// What others do on the machine only ever adds to a cost, so each of the loop's rows counts with its cheapest run, though the server counts
    /// with its median. Between two run lengths the cost is taken as linear in the messages a packet, beyond the last as equal.
    static func share(of row: Measurement, in runs: [Measurement]) -> Double? {
        guard !row.peer.hasPrefix("limit"), row.microsecondsPerPacket > 0, row.runLength > 0 else { return nil }
        var cheapest: [String: Measurement] = [:]
        for run in runs where run.peer.hasPrefix("limit") && run.viewers == row.viewers && run.packetsPerSecondIn == row.packetsPerSecondIn
        {
            let known = cheapest[run.peer]
            cheapest[run.peer] = known.map { $0.microsecondsPerPacket <= run.microsecondsPerPacket ? $0 : run } ?? run
        }
        let points = cheapest.values.map { (messages: 1 / max(1, $0.runLength), cost: $0.microsecondsPerPacket) }
            .sorted { ($0.messages, $0.cost) < ($1.messages, $1.cost) }
        let messages = 1 / max(1, row.runLength)
        guard let first = points.first, let last = points.last else { return nil }
        let below = points.last { $0.messages <= messages } ?? first
        let above = points.first { $0.messages >= messages } ?? last
        let width = above.messages - below.messages
        let cost = width > 0 ? below.cost + (above.cost - below.cost) * (messages - below.messages) / width : min(below.cost, above.cost)
        return cost / row.microsecondsPerPacket
    }

    // MARK: Pictures and sentences

    private func picture(_ source: Source) -> BarChart? {
        let results = source.results
        var groups: [BarChart.Group] = []
        func add(_ label: String, _ bar: BarChart.Bar) {
            if groups.last?.label == label { groups[groups.count - 1].bars.append(bar) } else { groups.append(.init(label, [bar])) }
        }
        switch results.kind {
        case .forwarding:
            for row in results.medians { add("1 → \(row.viewers)", .init(row.peer, row.microsecondsPerPacket)) }
            return chart("µs of server CPU a forwarded packet, \(ReportText.profiles(results)); shorter is better", groups, 2)
        case .loss, .audience: return nil
        case .conference, .audio:
            guard !results.isSearch else { return roomCapacityChart(results) }
            for row in results.medians { add("\(row.rooms ?? 1) × \(row.people ?? 0)", .init(row.name, row.microsecondsPerPacket)) }
            return chart("µs of server CPU a forwarded packet; shorter is better", groups, 2)
        case .capacity:
            for row in results.capacities ?? [] { add("1 → \(row.viewers)", .init(row.peer, Double(row.packetsPerSecondOut))) }
            return chart("packets/s out that one core carries; longer is better", groups, 0)
        }
    }

    private func chart(_ title: String, _ groups: [BarChart.Group], _ digits: Int) -> BarChart? {
        groups.isEmpty ? nil : BarChart(title: title, groups: groups, digits: digits)
    }

    /// How many times the cost of ours the others have, load by load.
    private func verdict(_ results: Results) -> String {
        guard ![.loss, .audience].contains(results.kind) else { return "" }
        guard results.kind != .capacity else { return capacityVerdict(results) }
        guard !results.isSearch else { return roomCapacityVerdict(results) }
        return results.medians.filter { $0.peer == "parley" }.compactMap { ours -> String? in
            let others = results.medians.filter { $0.load == ours.load && $0.peer != "parley" && !$0.peer.hasPrefix("limit") }
            guard !others.isEmpty, ours.microsecondsPerPacket > 0 else { return nil }
            let ratios = others.map { "\($0.peer) \(($0.microsecondsPerPacket / ours.microsecondsPerPacket).fixed(1)) ×" }
            let label = ours.people.map { "\(ours.rooms ?? 1) × \($0)" } ?? "\(ours.viewers) viewers"
            return "- \(label): CPU a packet beside Parley's: \(ratios.joined(separator: ", "))"
        }.joined(separator: "\n")
    }

    private var origins: String {
        guard !sources.isEmpty || !scale.origins.isEmpty else { return "" }
        var table = Table(columns: ["file", "machine", "kernel", "load before", "profiles used", "command"])
        for source in sources {
            let results = source.results
            table.rows.append([
                "`\(source.name).json`", "\(results.machine.processor), \(results.machine.cores) cores", results.machine.kernel,
                results.machine.loadAverage.fixed(1), ReportText.used(results), "`parley-bench \(results.command)`",
            ])
        }
        for (file, machine, command) in scale.origins {
            table.rows.append([
                "`\(file).json`", "\(machine.processor), \(machine.cores) cores", machine.kernel, machine.loadAverage.fixed(1), "",
                "`parley-bench \(command)`",
            ])
        }
        let versions = sources.reduce(into: [String: String]()) { $0.merge($1.results.versions) { first, _ in first } }
        let list = versions.keys.sorted().map { "\($0) \(versions[$0] ?? "")" }.joined(separator: ", ")
        return "## Where the figures were taken\n\n" + table.markdown + (list.isEmpty ? "" : "\n\nVersions: \(list).")
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var copy = self[...]
        while copy.last?.isWhitespace == true { copy.removeLast() }
        return String(copy)
    }
}
