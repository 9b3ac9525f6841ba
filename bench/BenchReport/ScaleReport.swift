/// The sections of docs/performance.md on how the server grows, on people who come and go, and on long loads.
package struct ScaleReport: Sendable {
    /// By name, as in scale-NAME.json.
    package var curves: [(name: String, curve: ScaleCurve)] = []
    package var churn: ChurnResults?
    package var storm: StormResults?
    package var soak: SoakResults?

    package init() {}

    package var pictures: [(name: String, svg: String)] {
        curves.map { ("performance-scale-\($0.name).svg", Self.chart($0.curve).svg) }
            + (soak.map { [("performance-soak.svg", ScaleTables.chart($0).svg)] } ?? [])
    }

    var sections: [String] {
        var parts: [String] = []
        if !curves.isEmpty {
            parts.append("## Scale: one thing grows, everything else stays\n\n" + Self.about)
            parts += curves.map { name, curve in
                [
                    "### \(curve.title)", "\(Self.sentence(curve.fixed)).",
                    "![\(curve.title): CPU and memory](images/performance-scale-\(name).svg)", ScaleTables.table(curve).markdown,
                    ScaleTables.memory(curve),
                ].compactMap(\.self).joined(separator: "\n\n")
            }
        }
        if let churn { parts.append(ScaleTables.section(churn)) }
        if let storm { parts.append(ScaleTables.section(storm)) }
        if let soak { parts.append(ScaleTables.section(soak)) }
        return parts
    }

    /// Rows for the table of origins: file, machine, load before, command.
    var origins: [(file: String, machine: Machine, command: String)] {
        curves.map { ("scale-\($0.name)", $0.curve.machine, $0.curve.command) }
            + [
                churn.map { ("churn", $0.machine, $0.command) }, storm.map { ("storm", $0.machine, $0.command) },
                soak.map { ("soak", $0.machine, $0.command) },
            ].compactMap(\.self)
    }

    private static let about = """
        Each point is a fresh server process on one core for some seconds. Memory is the whole process's (RSS), about 50 MB of which are the binary, its libraries
        and the chat side.
        """

    private static func chart(_ curve: ScaleCurve) -> LineChart {
        func panel(_ title: String, _ value: @escaping (ScaleCurve.Point) -> Double) -> LineChart.Panel {
            LineChart.Panel(
                title,
                curve.series.map { name in
                    LineChart.Line(name, curve.points.filter { $0.series == name }.map { (x: $0.x, y: value($0)) }.sorted { $0.x < $1.x })
                })
        }
        return LineChart(
            title: curve.title, variable: curve.variable,
            panels: [
                panel("CPU, % of one core") { $0.serverCPU * 100 }, panel("memory (RSS), MB") { Double($0.residentKiB) * 1024 / 1e6 },
            ])
    }

    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
