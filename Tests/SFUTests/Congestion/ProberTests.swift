import RTP
import Testing

@testable import SFU

@Suite struct ProberTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// Runs a train from `start`; answers its packets and when it ended.
    private func train(_ prober: inout Prober, from start: Int64) -> (packets: Int, end: Int64) {
        var packets = 0
        var now = start
        while !prober.wantsReport, now < start + 1_000 {
            packets += prober.packetsDue(at: time(now))
            now += 1
        }
        return (packets, now)
    }

    @Test func aTrainBringsTheTotalToTheTarget() {
        var prober = Prober()
        prober.want(1_000_000, sending: 500_000, estimate: 700_000, decreases: 0, at: time(0))
        #expect(prober.target == 1_500_000, "half above what is needed")
        let (packets, end) = train(&prober, from: 0)
        // 1 Mbit/s more for 150 ms.
        #expect((packets * Prober.packetBytes * 8 - 150_000).magnitude < 10_000)
        #expect((150...152).contains(end))
    }

    @Test func noQueueBehindTheTrainIsSuccess() {
        var prober = Prober()
        prober.want(1_000_000, sending: 500_000, estimate: 700_000, decreases: 0, at: time(0))
        _ = train(&prober, from: 0)
        prober.reportSent(77, at: time(151))
        #expect(
            prober.reportAnswered(76, roundTrip: 50_000_000, minimum: 50_000_000, decreases: 0, at: time(300)) == .none, "an older report")
        #expect(
            prober.reportAnswered(77, roundTrip: 70_000_000, minimum: 50_000_000, decreases: 0, at: time(300)) == .succeeded(1_500_000))
        #expect(prober.isIdle)
    }

    @Test func aQueueOrADecreaseIsFailureAndBacksOff() {
        var prober = Prober()
        var waits: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<12 {
            let asked = now
            while prober.isIdle {
                prober.want(1_000_000, sending: 500_000, estimate: 700_000, decreases: 0, at: time(now))
                now += 100
            }
            waits.append(now - asked)
            _ = train(&prober, from: now)
            now += 200
            prober.reportSent(1, at: time(now))
            #expect(prober.reportAnswered(1, roundTrip: 200_000_000, minimum: 50_000_000, decreases: 0, at: time(now)) == .failed)
        }
        #expect((3_000...3_200).contains(waits[1]) && (4_500...4_700).contains(waits[2]))
        #expect((120_000...120_200).contains(waits[11]), "two minutes at most")
    }

    @Test func silenceIsNeitherAndEnds() {
        var prober = Prober()
        prober.want(1_000_000, sending: 500_000, estimate: 700_000, decreases: 0, at: time(0))
        _ = train(&prober, from: 0)
        prober.reportSent(1, at: time(152))
        prober.look(decreases: 0, at: time(2_000))
        #expect(!prober.isIdle)
        prober.look(decreases: 0, at: time(2_200))
        #expect(prober.isIdle)
    }

    @Test func theReportThatIsToBeAnsweredStaysTheNewest() {
        var prober = Prober()
        prober.want(1_000_000, sending: 500_000, estimate: 700_000, decreases: 0, at: time(0))
        let end = train(&prober, from: 0).end
        let report = time(end).nanoseconds
        #expect(prober.holdsReport(after: report) == nil, "it has not left")
        prober.reportSent(1, at: time(end))
        #expect(prober.holdsReport(after: report) != nil)
        #expect(prober.holdsReport(after: report - 1) == nil, "a slot that was not in it is free")
        _ = prober.reportAnswered(1, roundTrip: 50_000_000, minimum: 50_000_000, decreases: 0, at: time(end + 1_400))
        #expect(prober.holdsReport(after: report) == nil)
    }

    @Test func oneTrainIsAtMostThreeTimesTheEstimate() {
        var prober = Prober()
        prober.want(10_000_000, sending: 100_000, estimate: 200_000, decreases: 0, at: time(0))
        #expect(prober.target == 600_000)
    }
}
