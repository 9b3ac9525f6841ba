import RTP
import Testing

@Suite struct InstantTests {
    @Test func differencesCarryTheirUnit() {
        let start = Instant(nanoseconds: 1_000)
        let later = start + .milliseconds(20)
        #expect(later - start == .milliseconds(20))
        #expect(later.nanoseconds(since: start) == 20_000_000)
        #expect(later.microseconds(since: start) == 20_000)
        #expect(start.milliseconds(since: later) == -20)
        #expect(later - .milliseconds(20) == start && start < later)
    }

    @Test func arithmeticStaysAtTheEnds() {
        #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
        #expect(Instant.distantPast - .seconds(1) == .distantPast)
        #expect(Instant.distantPast + .seconds(-1) == .distantPast)
        #expect(Instant.distantFuture.nanoseconds(since: .distantPast) == .max)
        #expect(Instant.distantPast.nanoseconds(since: .distantFuture) == .min)
        #expect(Instant.zero + .seconds(Int64.max) == .distantFuture)
        #expect(Instant.zero - .seconds(Int64.min) == .distantFuture)
        #expect(Instant.zero - Duration.nanoseconds(Int64.min) == .distantFuture)
    }

    @Test func durationsBecomeIntegers() {
        #expect(Duration.seconds(1.5).inMilliseconds == 1_500)
        #expect(Duration.microseconds(-7).inNanoseconds == -7_000)
        #expect(Duration.milliseconds(20).inMicroseconds == 20_000)
        #expect(Duration.milliseconds(250).inSeconds == 0.25)
        #expect(Duration.seconds(Int64.max).inNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).inNanoseconds == .min)
    }
}
