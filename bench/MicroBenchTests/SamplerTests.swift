import Testing

@testable import BenchRatios

/// A machine whose clock only moves by what is done: the arithmetic of measuring, without a machine.
private final class Machine {
    var now: Int64 = 0
    var calls = 0

    /// Work that costs so much an operation, and something more in every so-manieth batch.
    func work(_ nanoseconds: Int64, disturbedBy extra: Int64 = 0, every period: Int = 1) -> (Int) -> UInt64 {
        var batches = 0
        return { count in
            batches += 1
            self.calls += 1
            self.now += nanoseconds * Int64(count) + (batches % period == 0 ? extra : 0)
            return 1
        }
    }
}

@Suite struct SamplerTests {
    @Test func aRatioIsTheCostOfAnOperationInStepsOfTheReference() {
        let machine = Machine()
        let sampler = Sampler(clock: { machine.now }, reference: machine.work(4))
        let result = sampler.measure([MicroCase("a", "one", run: machine.work(100))])
        #expect(result.count == 1)
        #expect(abs(result[0].ratio - 25) < 1e-9)
        #expect(abs(result[0].nanoseconds - 100) < 1e-9)
        #expect(result[0].spread == 0)
    }

    /// Three batches of four are disturbed, by ten times what they cost: the quarter that was left alone decides.
    @Test func disturbedBatchesDoNotCount() {
        let machine = Machine()
        let sampler = Sampler(clock: { machine.now }, reference: machine.work(4))
        var batches = 0
        let run: (Int) -> UInt64 = { count in
            batches += 1
            machine.now += 100 * Int64(count) + (batches % 4 == 0 ? 0 : 1_200_000)
            return 1
        }
        #expect(abs(sampler.measure([MicroCase("a", "one", run: run)])[0].ratio - 25) < 1e-9)
    }

    /// The machine halves its clock for some blocks: case and reference slow down alike.
    @Test func aSlowerMachineLeavesTheRatioAlone() {
        let machine = Machine()
        var factor: Int64 = 1
        var batches = 0
        func work(_ cost: Int64) -> (Int) -> UInt64 {
            { count in
                batches += 1
                if batches % 500 == 0 { factor = 3 - factor }
                machine.now += cost * factor * Int64(count)
                return 1
            }
        }
        let sampler = Sampler(clock: { machine.now }, reference: work(4))
        #expect(abs(sampler.measure([MicroCase("a", "one", run: work(100))])[0].ratio - 25) < 0.5)
    }

    /// One case's blocks are spread over the whole run.
    @Test func casesTakeTurns() {
        let machine = Machine()
        let sampler = Sampler(clock: { machine.now }, reference: machine.work(4))
        var order: [String] = []
        func noting(_ name: String) -> (Int) -> UInt64 {
            { count in
                if order.last != name { order.append(name) }
                machine.now += 100 * Int64(count)
                return 1
            }
        }
        _ = sampler.measure([MicroCase("a", "one", run: noting("a")), MicroCase("b", "one", run: noting("b"))])
        #expect(order.count { $0 == "a" } >= sampler.blocks)
        #expect(order.count { $0 == "b" } >= sampler.blocks)
    }

    @Test(arguments: [(1, 120_000), (1_000, 120), (500_000, 1), (0, 1 << 24)])
    func aBatchIsFilled(cost: Int, count: Int) {
        let machine = Machine()
        let sampler = Sampler(clock: { machine.now }, reference: machine.work(4))
        #expect(sampler.calibrate(machine.work(Int64(cost))) == count)
    }

    @Test func quantilesAreOfNearestRank() {
        #expect(Sampler.quantile([], 0.5) == 0)
        #expect(Sampler.quantile([7], 0.2) == 7)
        #expect(Sampler.quantile([5, 1, 3], 0.5) == 3)
        #expect(Sampler.quantile([4, 3, 2, 1, 0], 0) == 0)
        #expect(Sampler.quantile([4, 3, 2, 1, 0], 0.2) == 1)
        #expect(Sampler.quantile([4, 3, 2, 1, 0], 1) == 4)
    }

    @Test func theReferenceLoopGoesOnWhereItStopped() {
        let (one, other) = (ReferenceLoop(), ReferenceLoop())
        #expect(one.run(1000) == other.run(1000))
        #expect(one.run(1000) != ReferenceLoop().run(1000))
    }
}
