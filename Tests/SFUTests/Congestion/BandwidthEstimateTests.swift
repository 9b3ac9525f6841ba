import RTP
import Testing

@testable import SFU

@Suite struct BandwidthEstimateTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test func aLowREMBWhileLittleIsSentSaysNothing() {
        var estimate = BandwidthEstimate()
        estimate.rembReceived(93_000, sent: 50_000, at: time(250))
        #expect(estimate.budget == BandwidthEstimate.start)
        estimate.rembReceived(120_000, sent: 60_000, at: time(500))
        #expect(estimate.budget == BandwidthEstimate.start)
    }

    @Test func aRisingREMBRaisesIt() {
        var estimate = BandwidthEstimate()
        estimate.rembReceived(2_400_000, sent: 1_700_000, at: time(250))
        #expect(estimate.budget == 2_400_000)
    }

    @Test func aFallingREMBLowersItAtOnce() {
        var estimate = BandwidthEstimate()
        estimate.rembReceived(2_400_000, sent: 1_700_000, at: time(250))
        estimate.rembReceived(510_000, sent: 1_700_000, at: time(500))
        #expect(estimate.budget == 510_000)
        estimate.rembReceived(500_000, sent: 500_000, at: time(750))
        #expect(estimate.budget == 510_000, "within five per cent it has not fallen")
    }

    @Test(arguments: [(9, false), (11, true)]) func lossAboveATenthLowersIt(lost: Int, lowers: Bool) {
        var estimate = BandwidthEstimate()
        estimate.reportReceived(expected: 100, lost: lost, roundTrip: nil, sent: 600_000, at: time(1_000))
        #expect((estimate.budget < BandwidthEstimate.start) == lowers)
    }

    @Test func oneSecondOfLossCountsOnce() {
        var estimate = BandwidthEstimate()
        estimate.reportReceived(expected: 100, lost: 30, roundTrip: nil, sent: 700_000, at: time(1_000))
        let once = estimate.budget
        estimate.reportReceived(expected: 100, lost: 30, roundTrip: nil, sent: 700_000, at: time(1_250))
        #expect(estimate.budget == once)
        estimate.reportReceived(expected: 100, lost: 30, roundTrip: nil, sent: 700_000, at: time(2_001))
        #expect(estimate.budget < once)
    }

    @Test func aStandingQueueLowersIt() {
        var estimate = BandwidthEstimate()
        for i in Int64(1)...4 {
            estimate.reportReceived(expected: 50, lost: 0, roundTrip: 50_000_000, sent: 650_000, at: time(i * 500))
        }
        let before = estimate.budget
        estimate.reportReceived(expected: 50, lost: 0, roundTrip: 400_000_000, sent: 650_000, at: time(2_500))
        #expect(estimate.budget == before, "once may be chance")
        estimate.reportReceived(expected: 50, lost: 0, roundTrip: 400_000_000, sent: 650_000, at: time(3_000))
        #expect(estimate.budget < before)
    }

    @Test func whatCameThroughWithoutAQueueIsKnown() {
        var estimate = BandwidthEstimate()
        for i in Int64(1)...3 {
            estimate.reportReceived(expected: 50, lost: 0, roundTrip: 50_000_000, sent: 2_000_000, at: time(i * 500))
        }
        #expect(estimate.budget == 1_900_000)
    }

    /// `capacity-steps` 1009: a REMB fell to 503 kbit/s, and 36 ms later a report of the second before it raised the estimate to 838.
    @Test func aReportOfBeforeTheQueueRaisesNothing() {
        var estimate = BandwidthEstimate()
        estimate.rembReceived(1_900_000, sent: 900_000, at: time(500))
        estimate.reportReceived(expected: 50, lost: 0, roundTrip: 50_000_000, sent: 900_000, at: time(700))
        estimate.rembReceived(503_000, sent: 900_000, at: time(1_000))
        estimate.reportReceived(expected: 50, lost: 0, roundTrip: 50_000_000, sent: 900_000, at: time(1_036))
        #expect(estimate.budget == 503_000)
        estimate.reportReceived(expected: 50, lost: 0, roundTrip: 50_000_000, sent: 900_000, at: time(2_001))
        #expect(estimate.budget == 855_000, "a second later it tells of after")
    }

    @Test func aQueueDrainsForTwoSeconds() {
        var estimate = BandwidthEstimate()
        estimate.rembReceived(2_400_000, sent: 1_700_000, at: time(250))
        #expect(!estimate.isDraining(at: time(250)))
        estimate.rembReceived(510_000, sent: 1_700_000, at: time(500))
        #expect(estimate.isDraining(at: time(2_499)))
        #expect(!estimate.isDraining(at: time(2_500)))
    }

    @Test func itStaysWithinItsBounds() {
        var estimate = BandwidthEstimate()
        estimate.rembReceived(.max, sent: 0, at: time(0))
        #expect(estimate.budget == BandwidthEstimate.maximum)
        estimate.rembReceived(0, sent: 0, at: time(1))
        #expect(estimate.budget == BandwidthEstimate.minimum)
    }
}
