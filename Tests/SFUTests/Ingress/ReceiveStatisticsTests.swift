import RTP
import Testing

@testable import SFU

@Suite struct ReceiveStatisticsTests {
    private func receive(_ sequences: some Sequence<UInt64>, _ statistics: inout ReceiveStatistics) {
        for sequence in sequences {
            statistics.received(
                sequence, timestamp: UInt32(truncatingIfNeeded: sequence * 960), bytes: 100, clockRate: 48_000,
                at: Instant(nanoseconds: Int64(sequence) * 20_000_000))
        }
    }

    /// RFC 3550 appendix A.3.
    @Test func countsLossInIntervals() {
        var statistics = ReceiveStatistics()
        receive(65_530..<65_540, &statistics)
        #expect(statistics.takeFractionLost() == 0)
        receive((65_540..<65_560).filter { $0 % 4 != 0 }, &statistics)
        #expect(statistics.takeFractionLost() == 64, "a quarter of the interval, in 256ths")
        #expect(statistics.cumulativeLost == 5)
        #expect(statistics.highest == 65_559)
        #expect(statistics.takeFractionLost() == 0, "an interval without packets")
    }

    @Test func duplicatesMayMakeLossNegativeButNotTheFraction() {
        var statistics = ReceiveStatistics()
        receive(100..<110, &statistics)
        receive(100..<110, &statistics)
        #expect(statistics.cumulativeLost == -10)
        #expect(statistics.takeFractionLost() == 0)
    }

    /// RFC 3550 appendix A.8: packets in step have no jitter; alternating lateness of 10 ms tends to it.
    @Test func jitterFollowsTheVariationOfTransit() {
        var steady = ReceiveStatistics()
        receive(0..<200, &steady)
        #expect(steady.jitterTicks == 0)
        var uneven = ReceiveStatistics()
        for i in UInt64(0)..<400 {
            uneven.received(
                i, timestamp: UInt32(i * 960), bytes: 100, clockRate: 48_000,
                at: Instant(nanoseconds: Int64(i) * 20_000_000 + (i % 2 == 0 ? 0 : 10_000_000)))
        }
        #expect(abs(Int(uneven.jitterTicks) - 480) < 10)
    }
}
