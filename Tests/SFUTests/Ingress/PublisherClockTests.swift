import RTP
import Testing

@testable import SFU

@Suite struct PublisherClockTests {
    private func ntp(_ milliseconds: Int64) -> NTPTime { NTPTime(unixNanoseconds: milliseconds * 1_000_000) }
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test func believesTheReportThatWaitedLeast() {
        var clock = PublisherClock()
        #expect(clock.instant(of: ntp(0)) == nil)
        clock.reportReceived(ntp: ntp(5_000), at: time(130))
        clock.reportReceived(ntp: ntp(6_000), at: time(1_080))
        clock.reportReceived(ntp: ntp(7_000), at: time(2_300))
        // The quickest took 80 ms; the queue of 300 ms after it moves the offset by a millisecond only.
        let dated = (clock.instant(of: ntp(7_000)) ?? 0) / 1_000_000
        #expect((2_080...2_081).contains(dated))
    }

    @Test func aStepOfTheClockBeginsAnew() {
        var clock = PublisherClock()
        clock.reportReceived(ntp: ntp(5_000), at: time(100))
        clock.reportReceived(ntp: ntp(900_000), at: time(1_100))
        #expect((clock.instant(of: ntp(900_000)) ?? 0) / 1_000_000 == 1_100)
    }

    /// Two streams with their own timestamps, dated by one clock: what was captured together is dated alike.
    @Test func streamsOfOnePublisherShareItsClock() {
        var clock = PublisherClock()
        clock.reportReceived(ntp: ntp(5_000), at: time(100))
        let audio = ReportedTime(ntp: ntp(5_000), timestamp: 4_294_960_000, arrival: time(100))
        clock.reportReceived(ntp: ntp(5_500), at: time(620))
        let video = ReportedTime(ntp: ntp(5_500), timestamp: 1_000, arrival: time(620))
        // One second after each report's moment; the audio timestamp wraps on the way.
        let a = audio.captured(4_294_960_000 &+ 72_000, clockRate: 48_000, by: clock) ?? 0
        let v = video.captured(1_000 + 90_000, clockRate: 90_000, by: clock) ?? 0
        #expect(abs(a - v) < 1_000)
    }
}
