import RTP
import Testing

@testable import SFU

@Suite struct ClimbBackOffTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// Reported by the web helper: at 500 kbit/s the picture climbed and fell every 2.5 s for ever.
    @Test func aClimbTakenBackWaitsLongerEachTime() {
        var climbing = ClimbBackOff()
        var now: Int64 = 0
        for wait in [10_000, 20_000, 40_000, 60_000, 60_000] as [Int64] {
            climbing.decided(from: 0, to: 0, of: 3, at: time(now))
            climbing.decided(from: 0, to: 1, of: 3, at: time(now))
            now += 2_000
            climbing.decided(from: 1, to: 0, of: 3, at: time(now))
            #expect(climbing.isBlocked(at: time(now + wait - 1)))
            #expect(!climbing.isBlocked(at: time(now + wait)))
            now += wait
        }
    }

    @Test func aClimbThatLastedIsForgotten() {
        var climbing = ClimbBackOff()
        climbing.decided(from: 0, to: 0, of: 3, at: time(0))
        climbing.decided(from: 0, to: 1, of: 3, at: time(0))
        climbing.decided(from: 1, to: 0, of: 3, at: time(6_000))
        #expect(!climbing.isBlocked(at: time(6_000)))
    }

    @Test func pickingALowerTierIsNotAFailure() {
        var climbing = ClimbBackOff()
        climbing.decided(from: 0, to: 0, of: 3, at: time(0))
        climbing.decided(from: 0, to: 2, of: 3, at: time(0))
        climbing.decided(from: 2, to: 0, of: 1, at: time(1_000))
        #expect(!climbing.isBlocked(at: time(1_000)))
    }
}
