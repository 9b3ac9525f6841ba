import Testing

@testable import BenchReport

struct AudienceTests {
    private static let machine = Machine(processor: "CPU", cores: 2, kernel: "6.1", loadAverage: 0.25)

    private static func run(_ peer: String, viewers: Int) -> Measurement {
        var run = Measurement(peer: peer, viewers: viewers, profile: "AES128_CM_SHA1_80")
        (run.packetsPerSecondIn, run.packetBytes, run.pattern, run.seconds, run.delivered) = (600, 1200, "frames", 1, 30_000)
        (run.microsecondsPerPacket, run.deliveryRatio, run.delayP50, run.delayP99, run.delayP999) = (4, 0.9999, 250, 1500, 2500)
        return run
    }

    private static func page(_ kind: Results.Kind, _ runs: [Measurement], shares: [Measurement]? = nil) -> String {
        let results = Results(
            kind, profiles: "cm", command: "media", machine: machine, versions: [:], runs: runs, capacities: [], shares: shares)
        return Report([Report.Source(name: "x", results: results)]).markdown
    }

    @Test func lossTellsWhatCameAfterAll() {
        var run = Self.run("parley", viewers: 50)
        run.repair = Repair(
            lossPercent: 2, uplinkLossPercent: 0, thrownAway: 600, asked: 650, repaired: 590, repeated: 3, resentByPublishers: 0,
            delayP50: 1200, delayP99: 20_000)
        let page = Self.page(.loss, [run])
        #expect(page.contains("## With packets lost on the way"))
        #expect(page.contains("| 50 | parley | 2.0 % | 0.0 % | 99.990 % | 650 | 590 | 3 | 1.20 | 20.00 | 4.00 |"))
    }

    @Test func anAudienceTellsOfItsThreadsAndItsMemory() {
        var run = Self.run("parley", viewers: 1000)
        run.audience = Audience(
            workers: 2, viewersByWorker: [500, 500], cpuShares: [0.51, 0.49], idleKiB: 51_200, publishedKiB: 53_248, watchedKiB: 113_248,
            layers: 1, viewers: 1000)
        let page = Self.page(.audience, [run])
        #expect(page.contains("| 1000 | parley | 2 | 500 + 500 | 51 % + 49 % | 30000 | 4.00 | 99.99 % |"))
        #expect(page.contains("| 1000 | parley | 50 | 2048 | 60.0 |") && !page.contains("each further viewer"))
    }

    /// The first viewers bring what all share: 1,000 KiB here, which the slope leaves out.
    @Test func whatAFurtherViewerTakesIsTheSlopeOverAudiences() {
        let runs = [10, 100, 500].map { viewers in
            var run = Self.run("parley", viewers: viewers)
            run.audience = Audience(
                workers: 1, viewersByWorker: [], cpuShares: [], idleKiB: 51_200, publishedKiB: 52_224, watchedKiB: 53_224 + viewers * 40,
                layers: 1, viewers: viewers)
            return run
        }
        let page = Self.page(.forwarding, runs)
        #expect(page.contains("| 10 | parley | 50 | 1024 | 140.0 |"))
        #expect(page.contains("- parley: 40.0 ± 0.0 KiB for each further viewer, from 10 to 500"))
    }

    /// Of several runs at a share of capacity the one with the median p99 stands there, and a reflector at another rate is another row.
    @Test func delaysAtAShareOfCapacity() {
        let shares = [(1500.0, 600), (900, 600), (1700, 600), (800, 300)].map { p99, rate in
            var run = Self.run("reflector", viewers: 50)
            (run.delayP99, run.packetsPerSecondIn, run.loadShare) = (p99, rate, 0.7)
            return run
        }
        let page = Self.page(.capacity, [], shares: shares)
        #expect(page.contains("| 50 | reflector | 70 % | 30000 | 0.25 | 1.50 | 2.50 |"))
        #expect(page.contains("| 50 | reflector | 70 % | 30000 | 0.25 | 0.80 | 2.50 |") && !page.contains("0.90"))
    }
}
