import Testing

@testable import LoadGenerator

struct LatencyHistogramTests {
    @Test func cellsFollowEachOtherWithoutGap() {
        var last = -1
        for value in 0..<20_000 as Range<UInt64> {
            let cell = LatencyHistogram.cell(of: value)
            #expect(cell == last || cell == last + 1)
            #expect(LatencyHistogram.upperEnd(of: cell) >= Int64(value))
            last = cell
        }
    }

    @Test(arguments: [1, 63, 64, 127, 128, 4095, 1_000_000, 123_456_789, 1 << 39])
    func valueIsKeptToOneSixtyFourth(_ value: Int64) {
        let end = LatencyHistogram.upperEnd(of: LatencyHistogram.cell(of: UInt64(value)))
        #expect(end >= value && Double(end) <= Double(value) * (1 + 1.0 / 64))
    }

    @Test func quantilesOfAHundredValues() {
        let histogram = LatencyHistogram()
        for value in 1...100 as ClosedRange<Int64> { histogram.record(value) }
        #expect(histogram.count == 100)
        #expect(histogram.quantile(0.5) == 51)
        #expect((99...101).contains(histogram.quantile(0.99) ?? 0))
    }

    @Test func whatIsOutsideIsCountedAtTheEnds() {
        let histogram = LatencyHistogram()
        #expect(histogram.quantile(0.5) == nil)
        histogram.record(-5)
        #expect(histogram.quantile(0.5) == 0)
        histogram.record(.max)
        #expect(histogram.count == 2)
        histogram.removeAll()
        #expect(histogram.count == 0 && histogram.quantile(0.99) == nil)
    }
}
