import BenchReport
import LoadGenerator

/// `parley-bench report`: the page and its pictures from the files of results.
enum ReportCommand {
    private static let notes = "notes.md"

    /// - Parameter arguments: `RESULTS DOCS`: the folder of results and the folder of the page.
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 2 else { throw BenchError("usage: parley-bench report RESULTS DOCS") }
        let (folder, docs) = (arguments[0], arguments[1])
        let kinds = Results.Kind.allCases.map { "\($0.rawValue)-" }
        let sources = try TextFile.names(in: folder).filter { name in name.hasSuffix(".json") && kinds.contains { name.hasPrefix($0) } }.map
        {
            Report.Source(name: String($0.dropLast(5)), results: try JSON.decode(TextFile.read("\(folder)/\($0)")))
        }
        let scale = try scale(in: folder)
        guard !sources.isEmpty else { throw BenchError("\(folder) holds no results") }
        let report = Report(sources, scale: scale, notes: TextFile.read("\(folder)/\(notes)"))
        try TextFile.write(report.markdown, to: "\(docs)/performance.md")
        for picture in report.pictures { try TextFile.write(picture.svg, to: "\(docs)/images/\(picture.name)") }
        print("\(docs)/performance.md from \(sources.count) files of results")
    }

    /// What `scale`, `churn`, `storm` and `soak` have left.
    private static func scale(in folder: String) throws -> ScaleReport {
        let names = TextFile.names(in: folder)
        func results<Value: Decodable>(_ name: String) throws -> Value? {
            guard names.contains("\(name).json") else { return nil }
            let value: Value = try JSON.decode(TextFile.read("\(folder)/\(name).json"))
            return value
        }
        var report = ScaleReport()
        (report.churn, report.storm, report.soak) = (try results("churn"), try results("storm"), try results("soak"))
        for plan in CurvePlan.all {
            if let curve: ScaleCurve = try results("scale-\(plan.name)") { report.curves.append((plan.name, curve)) }
        }
        return report
    }
}
