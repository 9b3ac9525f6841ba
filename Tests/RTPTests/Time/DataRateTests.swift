import RTP
import Testing

@Suite struct DataRateTests {
    @Test func bytesTimeAndRateAgree() {
        let rate = DataRate.kilobits(1_200)
        #expect(rate.bytes(in: .milliseconds(10)) == 1_500)
        #expect(rate.time(toSend: 1_500) == .milliseconds(10))
        #expect(DataRate(bytes: 1_500, over: .milliseconds(10)) == rate)
        #expect(DataRate.megabits(1.2) == rate)
    }

    @Test func thereIsNoTimeWithoutARate() {
        #expect(DataRate.zero.time(toSend: 1) == nil)
        #expect(DataRate(bitsPerSecond: -1).time(toSend: 1) == nil)
        #expect(DataRate(bytes: 1, over: .zero) == .zero)
    }

    @Test func extremesAreHeldAtTheEnds() {
        let most = DataRate(bitsPerSecond: .max)
        #expect((most * 2).bitsPerSecond == .max)
        #expect(most.bytes(in: .seconds(1_000)) == .max)
        #expect(DataRate(bytes: .max, over: .nanoseconds(1)).bitsPerSecond == .max)
        #expect(DataRate(bitsPerSecond: 1).time(toSend: .max) == .nanoseconds(9_000_000_000_000_000_000))
    }

    @Test func ratesAddScaleAndCompare() {
        #expect(DataRate.kilobits(500) + .kilobits(150) == .kilobits(650))
        #expect(DataRate.kilobits(500) - .kilobits(150) == .kilobits(350))
        #expect(DataRate.kilobits(1_000) * 0.85 == .kilobits(850))
        #expect(DataRate.kilobits(1) < .megabits(1))
    }
}
