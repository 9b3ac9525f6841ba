import Testing

@testable import BenchRatios

@Suite struct VerdictTests {
    private func result(_ name: String, _ ratio: Double) -> MicroResult {
        MicroResult(name: name, operation: "one", nanoseconds: ratio * 2, referenceNanoseconds: 2, spread: 0.04)
    }

    private func baseline(_ ratios: [(String, Double)]) -> Baseline {
        Baseline(processor: "x", loadAverage: 0, method: "", results: ratios.map { result($0.0, $0.1) })
    }

    @Test(arguments: [
        (100.0, Verdict.State.steady), (114.9, .steady), (115.1, .slower), (300, .slower), (85.1, .steady), (84.9, .faster), (1, .faster),
    ])
    func fifteenPercentDecide(measured: Double, state: Verdict.State) {
        let verdict = Verdict([result("a", measured)], against: baseline([("a", 100)]))
        #expect(verdict.rows.map(\.state) == [state])
        #expect(verdict.isGood == (state != .slower))
    }

    @Test func oneSlowCaseFailsAllAndIsNamed() {
        let verdict = Verdict([result("a", 10), result("b", 130)], against: baseline([("a", 10), ("b", 100)]))
        #expect(!verdict.isGood)
        #expect(verdict.slower == ["b"])
    }

    @Test func whatWasNeverAcceptedDoesNotFail() {
        let verdict = Verdict([result("a", 10)], against: baseline([]))
        #expect(verdict.rows.map(\.state) == [.new])
        #expect(verdict.isGood)
    }

    /// Otherwise a case could be lost by renaming it.
    @Test func whatIsNotMeasuredAnyMoreFails() {
        let verdict = Verdict([result("a", 10)], against: baseline([("a", 10), ("b", 10)]))
        #expect(verdict.rows.map(\.state) == [.steady, .missing])
        #expect(!verdict.isGood)
        #expect(verdict.slower == [])
    }

    @Test func theLowerOfTwoMeasurementsCounts() {
        let merged = [result("a", 130), result("b", 10)].pooled(with: [result("a", 101), result("b", 12), result("c", 1)])
        #expect(merged.map(\.ratio) == [101, 10])
    }

    /// Otherwise a second look would find something faster by disturbing the yardstick.
    @Test func aDisturbedYardstickExcusesNothing() {
        var disturbed = result("a", 130)
        disturbed.referenceNanoseconds = 3
        #expect([result("a", 130)].pooled(with: [disturbed]).map(\.ratio) == [130])
        #expect([MicroResult].settled(from: [[result("a", 130)], [disturbed], [result("a", 130)]]).map(\.ratio) == [130])
    }

    /// Memory lies badly in three processes of five.
    @Test func theSecondLowestOfSeveralProcessesCountsWithTheirSpread() {
        let merged = [MicroResult].settled(from: [150, 100, 150, 90, 150].map { [result("a", $0), result("b", 1)] })
        #expect(merged.map(\.ratio) == [100, 1])
        #expect(merged.map(\.spread) == [0.6, 0])
        #expect([MicroResult].settled(from: [[result("a", 3)]]).map(\.ratio) == [3])
        #expect([MicroResult].settled(from: []) == [])
    }

    @Test func theTableNamesTheChange() {
        let verdict = Verdict([result("parse", 12.34), result("pacer", 50)], against: baseline([("parse", 10), ("gone", 3)]))
        let lines = verdict.table.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            lines == [
                "accepted measured change ns spread", "parse 10.0 12.3 +23 % 24.7 4 % SLOWER", "pacer 50.0 100.0 4 % new",
                "gone 3.0 MISSING",
            ])
    }

    @Test func acceptedFiguresAreRounded() {
        let figures = Baseline(processor: "x", loadAverage: 0, method: "", results: [result("a", 1.23456)]).figures
        #expect(figures["a"] == Baseline.Figure(operation: "one", ratio: 1.235, nanoseconds: 2.469))
    }
}
