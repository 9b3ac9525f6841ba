import Testing

@testable import BenchReport

struct GrowthTests {
    @Test func aLineThroughPointsOnALineIsThatLine() throws {
        let fit = try #require(LeastSquares((0..<10).map { (x: Double($0), y: 3 - 2 * Double($0)) }))
        #expect(abs(fit.slope + 2) < 1e-12 && fit.standardError < 1e-12)
    }

    /// By hand: x̄ = 1, Σ(x−x̄)² = 2, Σ(x−x̄)(y−ȳ) = 2; the distances are 1/3, −2/3 and 1/3, so s² = (6/9)/1 and the error √(s²/2).
    @Test func theErrorOfTheSlopeIsTheTextbooks() throws {
        let fit = try #require(LeastSquares([(0, 0), (1, 0), (2, 2)]))
        #expect(abs(fit.slope - 1) < 1e-12 && abs(fit.standardError - (1.0 / 3).squareRoot()) < 1e-12)
    }

    @Test func pointsThatMakeNoLine() {
        #expect(LeastSquares([]) == nil && LeastSquares([(1, 1)]) == nil && LeastSquares([(1, 1), (1, 2)]) == nil)
        #expect(LeastSquares([(0, 0), (2, 1)]).map { $0.standardError } == 0)
    }

    private static func samples(_ count: Int = 40, threads: (Int) -> Int = { _ in 9 }, _ resident: (Int) -> Int) -> [ProcessSample] {
        (0..<count).map { number in
            ProcessSample(
                seconds: Double(number) * 2, joins: number * 1000, residentKiB: resident(number), anonymousKiB: resident(number),
                descriptors: 50, threads: threads(number))
        }
    }

    /// The first half fills caches and pools: it does not count.
    @Test func growthIsThatOfTheSecondHalf() {
        let filled = GrowthTrend(Self.samples { 60_000 + 500 * min($0, 20) })
        #expect(filled.resident.bytesPerJoin == 0 && filled.isFlat && filled.descriptorsPerThousandJoins == 0)
        // A KiB a thousand joins is about a byte a join: less than anything that malloc hands out.
        let slow = GrowthTrend(Self.samples { 60_000 + $0 })
        #expect(abs(slow.resident.bytesPerJoin - 1.024) < 1e-9 && slow.isFlat)
    }

    /// One piece of 32 bytes lost a join is the least that can be lost once a join, and is seen.
    @Test func theSmallestLeakIsSeen() {
        let leaking = GrowthTrend(Self.samples { 60_000 + $0 * 32_000 / 1024 })
        #expect(!leaking.isFlat && abs(leaking.resident.bytesPerJoin - 32) < 0.5)
    }

    /// As in the run of 22 November: a further thread comes late, and its heap fills by 16 MB. The longest stretch in `init` is what this guards: without
    /// it the slope is 400 bytes.
    @Test func aFurtherThreadFillsAHeapOfItsOwn() {
        let filling = { (number: Int) in 99_000 + min(max(0, number - 60), 38) * 400 }
        let trend = GrowthTrend(Self.samples(100, threads: { $0 < 60 ? 14 : 15 }, filling))
        #expect(trend.resident.bytesPerJoin == 0 && trend.isFlat && trend.resident.samples == 30 && trend.resident.joins == 30_000...59_000)
        #expect(
            trend.range == "in the second half of the longest stretch without a further thread (30000 to 59000 joins), and "
                + (trend.afterwards?.text ?? "") + " in that of what came after the last such thread")
        #expect(trend.afterwards?.joins == 80_000...99_000 && (trend.afterwards?.bytesPerJoin ?? 0) > 300)
        // The same without a thread to explain it.
        #expect(!GrowthTrend(Self.samples(100, filling)).isFlat)
    }

    @Test func aFurtherThreadThatCameEarlyLeavesTheLongerStretchBehindIt() {
        let trend = GrowthTrend(Self.samples(100, threads: { $0 < 40 ? 14 : 15 }) { 99_000 + min(max(0, $0 - 40), 8) * 2_000 })
        #expect(trend.isFlat && trend.resident.joins == 70_000...99_000 && trend.afterwards == nil)
        #expect(trend.range == "in the second half (70000 to 99000 joins)")
    }

    /// It hides no leak: what is lost once a join is lost after it, too.
    @Test func aLeakBesideAFurtherThreadIsSeen() {
        let trend = GrowthTrend(
            Self.samples(100, threads: { $0 < 60 ? 14 : 15 }) { 99_000 + min(max(0, $0 - 60), 8) * 2_000 + $0 * 32_000 / 1024 })
        #expect(!trend.isFlat && abs(trend.resident.bytesPerJoin - 32) < 0.5)
    }

    /// Always more of them: nothing is left to draw a line through, and the threads' own slope tells why.
    @Test func threadsThatGrowAreNotFlat() {
        let trend = GrowthTrend(Self.samples(100, threads: { 9 + $0 / 10 }) { _ in 99_000 })
        #expect(!trend.isFlat && trend.resident.samples == 5 && abs(trend.threadsPerThousandJoins - 0.1) < 0.01)
    }

    @Test func threadsThatComeAndGoAreNoFurtherOnes() {
        let trend = GrowthTrend(Self.samples(100, threads: { 13 + $0 % 3 }) { _ in 99_000 })
        #expect(trend.isFlat && trend.resident.samples == 49 && trend.range == "in the second half (51000 to 99000 joins)")
    }

    /// Two samples make a line without any error.
    @Test func fewSamplesAreNotFlat() {
        #expect(!GrowthTrend(Self.samples(4) { _ in 99_000 }).isFlat && GrowthTrend(Self.samples(19) { _ in 99_000 }).isFlat)
        #expect(!GrowthTrend([]).isFlat)
    }

    /// Noise that could hide a leak is not taken for its absence.
    @Test func noiseIsNotFlat() {
        let noisy = GrowthTrend(Self.samples { 60_000 + ($0 % 2) * 20_000 })
        #expect(noisy.resident.error * 2 > GrowthTrend.tolerance && !noisy.isFlat)
    }
}
