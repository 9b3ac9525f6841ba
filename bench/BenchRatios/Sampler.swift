/// Measures cases against a yardstick on a machine where others work too.
///
/// The time of a batch is CPU time of this thread, so what others take is not counted. Noise then only ever adds (cold caches after a
/// switch, a busy sibling core), to the case and to the yardstick alike but not equally. So both are asked for what they cost when they are left
/// alone: batches are so short that some are, and alternate, so that both get their chances in the same moments; of a block of such batches the
/// low quantile counts, and of the blocks, which lie apart because all cases take turns, the low quantile again. (Not the minimum, which is one
/// lucky moment of the caches.) Ratios of neighbouring batches, or medians, would carry the noise of both.
public struct Sampler {
    /// Blocks of each case.
    public var blocks = 7
    /// Pairs of batches in a block.
    public var rounds = 40
    /// Of a block's batches, and then of the blocks, the time that this share did not exceed.
    public var quantile = 0.2
    /// About what one batch takes.
    public var batchNanoseconds: Int64 = 120_000
    /// CPU time of this thread.
    private let clock: () -> Int64
    private let reference: (Int) -> UInt64

    public init(clock: @escaping () -> Int64, reference: @escaping (Int) -> UInt64) {
        self.clock = clock
        self.reference = reference
    }

    /// - Returns: one result a case, in their order.
    public func measure(_ cases: [MicroCase]) -> [MicroResult] {
        let steps = calibrate(reference)
        let counts = cases.map { calibrate($0.run) }
        var costs = cases.map { _ in [Double]() }
        var yardsticks = cases.map { _ in [Double]() }
        for _ in 0..<blocks {
            for (index, item) in cases.enumerated() {
                let block = measureBlock(item, count: counts[index], steps: steps)
                costs[index].append(block.own)
                yardsticks[index].append(block.yardstick)
            }
        }
        return cases.indices.map { index in
            let cost = Self.quantile(costs[index], quantile)
            let range = (costs[index].max() ?? 0) - (costs[index].min() ?? 0)
            return MicroResult(
                name: cases[index].name, operation: cases[index].operation, nanoseconds: cost,
                referenceNanoseconds: Self.quantile(yardsticks[index], quantile), spread: cost > 0 ? range / cost : 0)
        }
    }

    /// How many times `run` must go round to fill a batch; it is warm afterwards.
    func calibrate(_ run: (Int) -> UInt64) -> Int {
        var count = 1
        while true {
            let elapsed = time(run, count)
            if elapsed >= batchNanoseconds / 2 || count >= 1 << 24 {
                return max(1, min(1 << 24, count * Int(batchNanoseconds) / max(1, Int(elapsed))))
            }
            count *= 2
        }
    }

    private func measureBlock(_ item: MicroCase, count: Int, steps: Int) -> (own: Double, yardstick: Double) {
        var own: [Double] = []
        var yardstick: [Double] = []
        // The case's own caches and branches again, after the others' turns.
        _ = time(item.run, count)
        for _ in 0..<rounds {
            yardstick.append(Double(time(reference, steps)) / Double(steps))
            own.append(Double(time(item.run, count)) / Double(count))
        }
        return (Self.quantile(own, quantile), Self.quantile(yardstick, quantile))
    }

    private func time(_ run: (Int) -> UInt64, _ count: Int) -> Int64 {
        let start = clock()
        let made = run(count)
        let end = clock()
        sink(made)
        return end - start
    }

    /// The value that this share of `values` does not exceed (nearest rank); 0 of nothing.
    public static func quantile(_ values: [Double], _ share: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, max(0, Int((Double(sorted.count - 1) * share).rounded())))]
    }
}

/// Takes a value in a way that the optimiser cannot see through.
@inline(never)
@_optimize(none)
private func sink(_ value: UInt64) {}
