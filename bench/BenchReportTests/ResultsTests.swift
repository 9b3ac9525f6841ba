import Testing

@testable import BenchReport

struct ResultsTests {
    private static func run(_ peer: String, _ viewers: Int, _ cost: Double) -> Measurement {
        var run = Measurement(peer: peer, viewers: viewers, profile: "")
        run.microsecondsPerPacket = cost
        return run
    }

    @Test func theMedianOfEachPeerAndLoad() {
        let runs = [
            Self.run("a", 10, 3), Self.run("b", 10, 7), Self.run("a", 10, 1), Self.run("b", 10, 9), Self.run("a", 10, 2),
            Self.run("a", 50, 5),
        ]
        let medians = Results.medians(of: runs)
        #expect(medians.map(\.peer) == ["a", "b", "a"])
        #expect(medians.map(\.microsecondsPerPacket) == [2, 7, 5])
    }

    @Test func carriedIsCompleteInTimeAndRight() {
        var run = Self.run("a", 1, 1)
        (run.deliveryRatio, run.delayP99) = (0.999, 10_000)
        #expect(run.isCarried)
        for break_ in [\Measurement.deliveryRatio, \.delayP99] {
            var worse = run
            worse[keyPath: break_] *= break_ == \.deliveryRatio ? 0.99 : 1.01
            #expect(!worse.isCarried)
        }
        run.samplesAltered = 1
        #expect(!run.isCarried)
    }

    @Test func peoplePerCore() {
        var run = Self.run("a", 20, 1)
        #expect(run.peoplePerCore == nil)
        (run.rooms, run.people, run.serverCPU, run.deliveryRatio) = (2, 10, 0.25, 1)
        #expect(run.peoplePerCore == 80)
        run.deliveryRatio = 0.59
        #expect(run.peoplePerCore == nil, "who does not carry these does not carry more")
    }

    @Test func digitsAfterThePoint() {
        #expect((1.005).fixed(1) == "1.0" && (12.345).fixed(2) == "12.35" && (0.05).fixed(0) == "0" && (-1.25).fixed(2) == "-1.25")
        #expect(Double.infinity.fixed(1) == "-" && (3.0).fixed(3) == "3.000")
    }
}
