import RTP
import Testing

@testable import SFU

@Suite struct RateMeterTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test func measuresTheLastSecond() {
        var meter = RateMeter()
        #expect(meter.perSecond(at: time(0)) == 0)
        for millisecond in Int64(0)..<5_000 where millisecond % 10 == 0 { meter.add(125, at: time(millisecond)) }
        #expect(meter.bitsPerSecond(at: time(4_999)) == 100_000)
        #expect((40_000...60_000).contains(meter.bitsPerSecond(at: time(5_450))), "half of it has passed")
        #expect(meter.bitsPerSecond(at: time(6_500)) == 0)
    }

    @Test func aYoungMeterDoesNotUnderReport() {
        var meter = RateMeter()
        for millisecond in Int64(0)..<300 where millisecond % 10 == 0 { meter.add(125, at: time(millisecond)) }
        #expect(meter.bitsPerSecond(at: time(299)) == 100_000)
    }

    @Test func beginsAnewAfterAPause() {
        var meter = RateMeter()
        meter.add(1_000_000, at: time(0))
        #expect(meter.perSecond(at: time(3_600_000)) == 0)
        meter.add(100, at: time(3_600_000))
        #expect(meter.perSecond(at: time(3_600_000)) == 500, "over 200 ms at least")
    }

    @Test func repairsHaveAQuarterOfTheRate() {
        var budget = RepairBudget()
        budget.setRate(2_000_000)
        var bytes = 0
        for millisecond in Int64(0)..<10_000 where budget.admits(at: time(millisecond)) {
            budget.spent(1_200)
            bytes += 1_200
        }
        // Guard: a NACK flood on a full path. Broken by answering true from `admits`.
        #expect((600_000...700_000).contains(bytes), "0.5 Mbit/s for ten seconds, \(bytes)")
    }
}
