import Testing

@testable import BenchReport

struct RoomCapacityTests {
    /// A run of so many rooms of ten, carried unless something is said against it.
    private static func run(_ peer: String, rooms: Int, _ change: (inout Measurement) -> Void = { _ in }) -> Measurement {
        var run = Measurement(peer: peer, viewers: rooms * 10, profile: "AES128_CM_SHA1_80")
        (run.rooms, run.people, run.layer, run.seconds) = (rooms, 10, "h", 2)
        (run.delivered, run.deliveryRatio, run.delayP99) = (UInt64(rooms * 20_000), 1, 4_000)
        (run.microsecondsPerPacket, run.runLength, run.serverCPU) = (7.5, 1.25, 0.8)
        (run.generatorCPU, run.generatorLateP99, run.generatorDrops) = (0.5, 1_250, 0)
        change(&run)
        return run
    }

    private static func climb(from start: Int, limit: Int, _ beyond: @escaping (inout Measurement) -> Void) -> CapacityClimb {
        CapacityClimb(CapacitySearch(start: start)) { rooms in [run("parley", rooms: rooms, rooms > limit ? beyond : { _ in })] }
    }

    @Test func theServersLimitIsFoundWithItsReason() {
        let climb = Self.climb(from: 4, limit: 11) { $0.delayP99 = 26_240 }
        #expect(climb.carried == 11 && climb.best?.rooms == 11)
        #expect(climb.missed == "p99 26.2 ms" && !climb.isLowerBound)
        // 4 5 6 7 8 10, then 12 twice, then 11.
        #expect(climb.runs.compactMap(\.rooms) == [4, 5, 6, 7, 8, 10, 12, 12, 11])
    }

    @Test func whatIsMissedOnceAndCarriedThenIsCarried() {
        var tries = 0
        let climb = CapacityClimb(CapacitySearch(start: 1)) { rooms in
            tries += 1
            return [Self.run("parley", rooms: rooms) { $0.delayP99 = rooms > 2 || tries == 1 ? 99_000 : 1 }]
        }
        #expect(climb.carried == 2 && climb.runs.compactMap(\.rooms) == [1, 1, 2, 3, 3])
    }

    /// Guards the last lines of `CapacityClimb.attempt`: with `isLowerBound = false` this goes red.
    @Test func aGeneratorThatGivesUpMakesALowerBound() {
        let late = Self.climb(from: 4, limit: 6) { ($0.generatorLateP99, $0.deliveryRatio) = (5_001, 0.5) }
        #expect(late.carried == 6 && late.isLowerBound && late.missed == "generator: it sent 5.0 ms late")
        let full = Self.climb(from: 4, limit: 6) { ($0.generatorDrops, $0.deliveryRatio) = (17, 0.5) }
        #expect(full.isLowerBound && full.missed == "generator: 17 datagrams were thrown away at its sockets")
    }

    /// One try in which the generator was well and the server was not decides.
    @Test func theServersReasonCountsBeforeTheGenerators() {
        var tries = 0
        let climb = CapacityClimb(CapacitySearch(start: 1)) { rooms in
            tries += 1
            return [Self.run("parley", rooms: rooms) { ($0.generatorLateP99, $0.deliveryRatio) = (tries == 1 ? 0 : 9_000, 0.5) }]
        }
        #expect(climb.carried == 0 && climb.best == nil && !climb.isLowerBound && climb.missed == "50.00 % delivered")
    }

    @Test func aSetUpThatFailsIsALoadMissed() {
        let climb = CapacityClimb(CapacitySearch(start: 1)) { rooms in
            guard rooms < 3 else { throw Refusal() }
            return [Self.run("janus-1", rooms: rooms)]
        }
        #expect(climb.carried == 2 && climb.missed == "the handshake failed" && !climb.isLowerBound)
    }

    private struct Refusal: Error, CustomStringConvertible { var description: String { "the handshake failed" } }

    @Test func theRowNamesWhatIsNotRight() {
        func reason(_ change: (inout Measurement) -> Void) -> String? { Self.run("a", rooms: 1, change).reasonMissed }
        #expect(reason { _ in } == nil)
        #expect(reason { $0.deliveryRatio = 0.9989 } == "99.89 % delivered")
        #expect(reason { $0.samplesUndecryptable = 2 } == "2 samples were not what was sent")
        #expect(reason { ($0.othersCPU, $0.delayP99) = (0.43, 30_000) } == "machine: others had 43 % of the server's core")
        #expect(reason { $0.othersCPU = 0.43 } == nil, "carried in spite of them")
        #expect(reason { ($0.othersCPU, $0.delayP99) = (0.03, 30_000) } == "p99 30.0 ms")
        // A generator that is a little late makes it harder for the server; one that is very late makes it easier.
        #expect(reason { $0.generatorLateP99 = 9_000 } == nil)
        #expect(reason { ($0.generatorLateP99, $0.delayP99) = (9_000, 11_000) } == "generator: it sent 9.0 ms late")
        #expect(reason { $0.generatorLateP99 = 100_001 } == "generator: it sent 100.0 ms late")
        // Thrown away, and came after all: a repair, which is the server's merit.
        #expect(reason { $0.generatorDrops = 5 } == nil)
    }

    @Test func participantsOfOneCoreStandBesideEachOther() {
        let ours = Self.climb(from: 4, limit: 11) { $0.delayP99 = 26_240 }
        let theirs = CapacityClimb(CapacitySearch(start: 4)) { rooms in
            [Self.run("janus-1", rooms: rooms) { $0.deliveryRatio = rooms > 4 ? 0.25 : 1 }]
        }
        let results = Results(
            .conference, profiles: "cm", command: "rooms --ramp",
            machine: Machine(processor: "CPU", cores: 2, kernel: "6.1", loadAverage: 0),
            versions: [:], runs: ours.runs + theirs.runs,
            capacities: [
                Results.Capacity(peer: "parley", people: 10, ours, loadAverage: 0.5),
                Results.Capacity(peer: "janus-1", people: 10, theirs, loadAverage: 0.5),
            ])
        #expect(results.medians.isEmpty, "each run of a search is at a load of its own")
        let report = Report([Report.Source(name: "capacity-conference", results: results)])
        let page = report.markdown
        #expect(page.contains("## Conferences") && page.contains("all: rooms of 10 on one core, three layers and audio\n"))
        #expect(
            page.contains("| 10 | parley | 110 | 11 | 110000 | 7.50 | 1.25 | 80 % | 4.00 | 50 % | 1.25 | p99 26.2 ms | 0.5 |"))
        #expect(page.contains("| 10 | janus-1 | 40 | 4 | 40000 |") && page.contains("| 25.00 % delivered | 0.5 |"))
        #expect(page.contains("- rooms of 10: participants a core of parley beside others': janus-1 2.8 ×"))
        #expect(report.pictures.map(\.name) == ["performance-capacity-conference.svg"])
        #expect(report.pictures[0].svg.contains(">parley 110<") && report.pictures[0].svg.contains(">rooms of 10<"))
    }

    @Test func whoCarriesNothingIsNotDividedBy() {
        let none = Self.climb(from: 1, limit: 0) { $0.deliveryRatio = 0.1 }
        let results = Results(
            .audio, profiles: "cm", command: "", machine: Machine(processor: "", cores: 2, kernel: "", loadAverage: 0), versions: [:],
            runs: none.runs, capacities: [Results.Capacity(peer: "janus-1", people: 10, none, loadAverage: 0)])
        let page = Report([Report.Source(name: "capacity-audio", results: results)]).markdown
        #expect(page.contains("| 10 | janus-1 | not even the first step | 0 |") && !page.contains("×\n"))
    }

    /// One and two media threads are two loads, told apart by name.
    @Test func mediaThreadsOfRoomsStandInTheirRows() {
        var one = Self.run("parley", rooms: 4)
        one.threading = Threading(workers: 1, cpuShares: [1])
        var two = Self.run("parley", rooms: 4)
        two.threading = Threading(workers: 2, cpuShares: [0.25, 0.75])
        #expect(one.load != two.load && one.name == "parley" && two.name == "parley, 2 workers")
        #expect(two.row.hasSuffix("  2 workers, CPU 25 % 75 %"))
        #expect(Self.run("parley", rooms: 4).load == one.load, "one is what a server has that is told nothing")
        let results = Results(
            .conference, profiles: "cm", command: "", machine: Machine(processor: "", cores: 2, kernel: "", loadAverage: 0), versions: [:],
            runs: [one, two])
        #expect(results.medians.count == 2)
        #expect(Report([Report.Source(name: "conference-w", results: results)]).markdown.contains("| parley, 2 workers |"))
    }
}
