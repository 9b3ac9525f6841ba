import Testing

@testable import BenchReport

struct ScaleReportTests {
    private static let machine = Machine(processor: "CPU", cores: 2, kernel: "6.1", loadAverage: 0.5)

    private static func point(_ x: Double, _ series: String, _ cpu: Double) -> ScaleCurve.Point {
        var run = Measurement(peer: "parley", viewers: 8, profile: "")
        (run.serverCPU, run.microsecondsPerPacket, run.residentKiB, run.deliveryRatio) = (cpu, 4.5, 100_000, 1)
        (run.packetsPerSecondIn, run.delivered, run.seconds, run.delayP99, run.loadAverage) = (100, 3000, 3, 2500, 1)
        return ScaleCurve.Point(x: x, series: series, run)
    }

    private static func report(_ points: [ScaleCurve.Point]) -> ScaleReport {
        var report = ScaleReport()
        let curve = ScaleCurve(
            title: "Rooms", fixed: "five people each", variable: "rooms", machine: machine, command: "scale --curves rooms", points: points)
        report.curves = [("rooms", curve)]
        return report
    }

    @Test func eachPointHasItsRowAndEachCurveItsPicture() {
        let page = Report([], scale: Self.report([Self.point(1, "voices", 0.01), Self.point(0.15, "voices", 0.2)]))
        #expect(page.markdown.contains("### Rooms\n\nFive people each.\n\n![Rooms: CPU and memory](images/performance-scale-rooms.svg)"))
        #expect(page.markdown.contains("| rooms | packets/s in | packets/s out | CPU |"))
        #expect(page.markdown.contains("| 1 | 100 | 1000 | 1.0 % | 4.50 | 102 | 100.00 % | 2.50 | 1.0 |"))
        #expect(page.markdown.contains("| 0.15 | 100 |") && page.markdown.contains("`parley-bench scale --curves rooms`"))
        #expect(page.pictures.map(\.name) == ["performance-scale-rooms.svg"])
    }

    @Test func whatOneMoreTakesIsTheSlope() {
        var report = Self.report(
            [(1, 50_000), (2, 51_100), (4, 53_300)].map { x, resident in
                var point = Self.point(x, "cameras", 0.1)
                point.residentKiB = resident
                return point
            })
        #expect(!Report([], scale: report).markdown.contains("Memory grows"))
        report.curves[0].curve.step = "a further room"
        #expect(Report([], scale: report).markdown.contains("Memory grows by 1100 ± 0 KiB with a further room ("))
    }

    @Test func severalLinesAreToldApart() {
        let page = Report([], scale: Self.report([Self.point(1, "voices", 0.01), Self.point(1, "cameras", 0.2)]))
        #expect(page.markdown.contains("| rooms | load | packets/s in |") && page.markdown.contains("| 1 | cameras | 100 |"))
        let svg = page.pictures[0].svg
        #expect(svg.contains(">voices<") && svg.contains(">cameras<") && svg.contains(">CPU, % of one core<"))
    }

    @Test func axesEndAtARoundNumberAboveTheLargest() {
        let cases: [(Double, Double, String)] = [
            (500, 500, "100"), (97.3, 100, "20"), (4, 4, "1"), (0.19, 0.2, "0.05"), (19, 20, "5"), (1600, 2000, "500"),
        ]
        for (largest, top, second) in cases {
            let axis = AxisScale(upTo: largest)
            #expect(abs(axis.top - top) < 1e-9, "\(largest)")
            #expect(axis.label(axis.ticks[1]) == second, "\(largest)")
        }
        for odd in [0, -1, Double.nan, .infinity] { #expect(AxisScale(upTo: odd).top == 1) }
    }

    /// The largest value of each axis is at its end: x of 4 of 4 at the right edge, y of 20 of 20 at the top.
    @Test func pointsStandWhereTheirValuesAre() {
        let chart = LineChart(
            title: "a < b", variable: "x", panels: [.init("p", [.init("l", [(x: 0, y: 0), (x: 4, y: 20), (x: 2, y: .nan)])])])
        #expect(chart.svg.contains("<polyline points=\"52.0,284.0 744.0,84.0\"") && chart.svg.contains("a &lt; b"))
        #expect(chart.svg.hasPrefix("<svg ") && chart.svg.hasSuffix("</svg>\n"))
        #expect(LineChart(title: "", variable: "", panels: []).svg.hasSuffix("</svg>\n"))
    }

    @Test func churnStormAndSoakHaveTheirSections() {
        let samples = (0..<8).map {
            ProcessSample(seconds: Double($0), joins: $0 * 100, residentKiB: 90_000, anonymousKiB: 60_000, descriptors: 40, threads: 9)
        }
        var report = ScaleReport()
        var churn = ChurnResults(machine: Self.machine, command: "churn", server: "Parley", samples: samples)
        (churn.joins, churn.seconds, churn.before, churn.after) = (700, 2, samples[0], samples[7])
        var storm = StormResults(machine: Self.machine, command: "storm", server: "Parley", people: 10, speaking: 1, offer: "audio")
        var row = StormResults.Row(roomSize: 5, rooms: 2, rate: 500)
        (row.joins, row.seconds, row.connectedMilliseconds) = (10, 0.02, Quantiles(p50: 3, p99: 9, longest: 9))
        storm.rows = [row]
        var interval = SoakResults.Interval(seconds: 10)
        interval.delayMilliseconds.p99 = 4.25
        let soak = SoakResults(machine: Self.machine, command: "soak", server: "Parley", samples: samples, intervals: [interval])
        (report.churn, report.storm, report.soak) = (churn, storm, soak)
        let page = Report([], scale: report)
        #expect(page.markdown.contains("700 joins and leaves") && page.markdown.contains("| RSS MB | 92 | 92 | 0.0 ± 0.0 bytes a join |"))
        #expect(page.markdown.contains("| 2 × 5 | 500 | 500 | 0 |  | 3.0 / 9.0 |"))
        #expect(page.markdown.contains("worst p99 of ten seconds was 4.25 ms") && page.pictures.map(\.name) == ["performance-soak.svg"])
    }

    @Test func theHeadlineIsPacketsForASecondOfCPU() throws {
        func run(_ peer: String, _ cost: Double) -> Measurement {
            var run = Measurement(peer: peer, viewers: 50, profile: "")
            run.microsecondsPerPacket = cost
            return run
        }
        let results = Results(
            .forwarding, profiles: "cm", command: "", machine: Self.machine, versions: [:],
            runs: [run("parley", 4), run("janus-1", 20), run("limit-1", 3)])
        let pictures = Report([Report.Source(name: "forwarding-cm", results: results)]).pictures
        let svg = try #require(pictures.first { $0.name == "performance-headline.svg" }).svg
        #expect(svg.contains(">Parley 250<") && svg.contains(">Janus, one event loop 50<") && !svg.contains("limit-1"))
        #expect(Report([Report.Source(name: "forwarding-gcm", results: results)]).pictures.count == 1)
    }
}
