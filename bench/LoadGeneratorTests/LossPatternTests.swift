import Testing

@testable import LoadGenerator

struct LossPatternTests {
    private func lost(_ percent: Double, seed: UInt64, of count: Int) -> [Int] {
        var pattern = LossPattern(percent: percent, seed: seed)
        return (0..<count).filter { _ in pattern.isLost() }
    }

    @Test func theSameSeedLosesTheSamePackets() {
        #expect(lost(2, seed: 7, of: 10_000) == lost(2, seed: 7, of: 10_000))
        #expect(lost(2, seed: 7, of: 10_000) != lost(2, seed: 8, of: 10_000))
    }

    @Test(arguments: [
        (0.0, 0...0), (0.1, 60...140), (2, 1_850...2_150), (50, 49_300...50_700), (100, 100_000...100_000), (400, 100_000...100_000),
    ])
    func losesTheShareThatWasAsked(_ percent: Double, _ count: ClosedRange<Int>) {
        #expect(count.contains(lost(percent, seed: 1, of: 100_000).count))
    }
}
