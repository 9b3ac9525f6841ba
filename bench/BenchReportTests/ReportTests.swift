import Testing

@testable import BenchReport

struct ReportTests {
    private static let machine = Machine(processor: "CPU", cores: 2, kernel: "6.1", loadAverage: 0.25)

    private static func run(_ peer: String, _ cost: Double, runLength: Double = 1) -> Measurement {
        var run = Measurement(peer: peer, viewers: 50, profile: "AES128_CM_SHA1_80")
        (run.packetsPerSecondIn, run.packetBytes, run.pattern) = (600, 1200, "frames")
        (run.microsecondsPerPacket, run.runLength, run.deliveryRatio) = (cost, runLength, 1)
        (run.delayP50, run.delayP99, run.loadAverage, run.residentKiB) = (250, 1500, 1.125, 65_536)
        return run
    }

    private static func source(_ kind: Results.Kind, _ runs: [Measurement], capacities: [Results.Capacity]? = nil) -> Report.Source {
        Report.Source(
            name: "\(kind)-cm",
            results: Results(
                kind, profiles: "cm", command: "media --viewers 50", machine: machine, versions: ["janus": "1.1.2-1"], runs: runs,
                capacities: capacities))
    }

    private static let forwarding = source(
        .forwarding, [run("parley", 4, runLength: 7), run("janus-1", 16), run("limit-1", 6), run("limit-8", 3, runLength: 6)])

    @Test func everyFigureStandsInItsRow() {
        let page = Report([Self.forwarding]).markdown
        #expect(page.contains("| 50 | 600 | parley | 4.00 | 75 % | 100.00 % | 0.25 | 1.50 | 7.0 | 64 | 1.1 |"))
        #expect(page.contains("| 50 | 600 | janus-1 | 16.00 | 38 % |"))
        #expect(page.contains("- 50 viewers: CPU a packet beside Parley's: janus-1 4.0 ×"))
        #expect(page.contains("`parley-bench media --viewers 50`") && page.contains("Versions: janus 1.1.2-1."))
        #expect(page.contains("CPU, 2 cores | 6.1 | 0.2 |") || page.contains("CPU, 2 cores | 6.1 | 0.3 |"))
    }

    /// A server is compared with the bare loop at the run length that it reached.
    @Test func theShareOfTheLimitIsTakenAtTheServersRunLength() throws {
        let runs = Self.forwarding.results.medians
        #expect(Report.share(of: runs[0], in: runs) == 0.75)
        #expect(Report.share(of: runs[1], in: runs) == 6.0 / 16)
        #expect(Report.share(of: runs[2], in: runs) == nil)
        #expect(Report.share(of: runs[0], in: [runs[0]]) == nil)
        // Half-way between a message a packet and one for six.
        let between = Self.run("parley", 9, runLength: 12.0 / 7)
        #expect(abs(try #require(Report.share(of: between, in: runs)) - 0.5) < 1e-9)
    }

    /// Other work on the machine only adds: a dearer run of the loop must not flatter a server.
    @Test func theCheapestRunOfTheLoopCounts() {
        let runs = [Self.run("limit-1", 6), Self.run("limit-1", 9), Self.run("limit-1", 7)]
        #expect(Report.share(of: Self.run("pion", 12), in: runs) == 0.5)
    }

    @Test func whatWasNotMeasuredHasNoSection() {
        let page = Report([Self.forwarding]).markdown
        #expect(page.contains("## Forwarding") && !page.contains("## Conferences") && !page.contains("## Capacity"))
        #expect(!Report([]).markdown.contains("|"))
    }

    @Test func roomsTellHowManyPeopleFillACore() {
        var room = Self.run("parley", 5)
        (room.rooms, room.people, room.layer, room.serverCPU) = (1, 10, "h", 0.05)
        var audio = room
        (audio.layer, audio.loudest) = (nil, 3)
        let page = Report([Self.source(.conference, [room]), Self.source(.audio, [audio])]).markdown
        #expect(page.contains("| 1 × 10 | layer h, all microphones | parley | 0 | 5.00 | 5.0 % | 200 |"))
        #expect(page.contains("| 1 × 10 | 3 loudest | parley |"))
        #expect(page.contains("### AES128_CM_SHA1_80 for all: 1 × 10, the loudest 3\n"))
    }

    @Test func capacityThatWasNotFoundSaysSo() {
        let found = [
            Results.Capacity(peer: "parley", viewers: 10, packetsPerSecondOut: 90_000, loadAverage: 1),
            Results.Capacity(peer: "janus", viewers: 10, packetsPerSecondOut: 0, loadAverage: 1),
        ]
        let page = Report([Self.source(.capacity, [], capacities: found)]).markdown
        #expect(page.contains("| 10 | parley | 90000 |") && page.contains("| 10 | janus | not even the first step |"))
        #expect(!page.contains("packets a core of"), "who carries nothing is not divided by")
    }

    /// A load that takes long to reach its last viewer is measured by what fills the core.
    @Test func capacityStandsWithItsBoundAndBesideOthers() {
        var carried = Self.run("parley", 6.5, runLength: 1.25)
        (carried.viewers, carried.pattern, carried.serverCPU, carried.delayBound) = (500, "even", 0.84, 50_000)
        (carried.deliveryRatio, carried.delayP99) = (1, 50_000)
        #expect(carried.isCarried)
        carried.delayP99 += 1
        #expect(carried.reasonMissed == "p99 50.0 ms")
        carried.delayP99 = 8_200
        var ours = Results.Capacity(peer: "parley", viewers: 500, packetsPerSecondOut: 131_000, loadAverage: 1)
        (ours.carried, ours.missed) = (carried, "p99 52.9 ms")
        let theirs = Results.Capacity(peer: "pion", viewers: 500, packetsPerSecondOut: 32_750, loadAverage: 1)
        let page = Report([Self.source(.capacity, [carried], capacities: [ours, theirs])]).markdown
        #expect(page.contains("### AES128_CM_SHA1_80 for all: 1200 B, even, 500 viewers of each, p99 of at most 50 ms\n"))
        #expect(page.contains("| 500 | parley | 131000 | 6.50 | 1.25 | 84 % | 8.20 | p99 52.9 ms | 1.0 |"))
        #expect(page.contains("- 500 viewers: packets a core of Parley's beside others': pion 4.0 ×"))
    }

    @Test func eachFileHasItsPicture() {
        let report = Report([Self.forwarding], notes: "## By hand\n\n")
        #expect(report.pictures.map(\.name) == ["performance-forwarding-cm.svg", "performance-headline.svg"])
        #expect(report.markdown.contains("(images/performance-forwarding-cm.svg)") && report.markdown.hasSuffix("## By hand\n"))
        let svg = report.pictures[0].svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains(">parley 4.00<") && svg.contains(">limit-8 3.00<") && svg.contains(">1 → 50<"))
    }

    /// The longest bar has the whole width, the others their share of it.
    @Test func barsAreAsLongAsTheirValues() {
        let chart = BarChart(title: "a < b & \"c\"", groups: [.init("g", [.init("x", 2), .init("y", 1), .init("z", .nan)])])
        #expect(chart.svg.contains("width=\"540.0\"") && chart.svg.contains("width=\"270.0\"") && chart.svg.contains(">z -<"))
        #expect(chart.svg.contains("a &lt; b &amp; &quot;c&quot;"))
        #expect(BarChart(title: "", groups: []).svg.hasPrefix("<svg "))
    }
}
