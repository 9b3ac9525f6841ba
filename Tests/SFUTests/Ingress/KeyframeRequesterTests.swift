import RTP
import Testing

@testable import SFU

@Suite struct KeyframeRequesterTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// Guard: keyframe request storms. Broken by answering `wantedSince` from `nextDeadline`.
    @Test func requestsOfManyViewersAreThreeInARowAndThenOneASecond() {
        var requester = KeyframeRequester()
        var sent: [Int64] = []
        for millisecond in Int64(0)..<10_000 {
            requester.want(encoding: Int(millisecond % 3), at: time(millisecond))
            if requester.takeDue(at: time(millisecond)) != nil { sent.append(millisecond) }
        }
        #expect(sent == [0, 300, 600, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000])
    }

    /// What joiners rely on: when the stored keyframe is too old to begin from, the next may be asked for.
    @Test func aSecondWithoutARequestAlwaysPermitsTheNext() {
        var requester = KeyframeRequester()
        var random = SeededRandom(seed: 7)
        var now: Int64 = 0
        for _ in 0..<10_000 {
            now += Int64(random.next() % 400)
            requester.want(encoding: 0, at: time(now))
            guard requester.takeDue(at: time(now)) != nil else { continue }
            requester.want(encoding: 0, at: time(now))
            #expect((requester.nextDeadline ?? .distantFuture) <= time(now).advanced(byNanoseconds: PacketStore.replayAge))
            requester.keyframeArrived(encoding: 0)
        }
    }

    @Test func isHeldBackOnceAnAnswerIsNotExpectedAnyMore() {
        var requester = KeyframeRequester()
        #expect(!requester.isHeldBack(at: time(0)), "nothing was asked for yet")
        for millisecond in Int64(0)...2_000 {
            requester.want(encoding: 0, at: time(millisecond))
            _ = requester.takeDue(at: time(millisecond))
        }
        #expect(!requester.isHeldBack(at: time(2_200)), "the keyframe may come at any moment")
        #expect(requester.isHeldBack(at: time(2_250)))
        #expect(requester.isHeldBack(at: time(2_999)))
        #expect(!requester.isHeldBack(at: time(3_000)), "it may be asked for")
    }

    @Test func asksAgainUntilTheKeyframeComes() {
        var requester = KeyframeRequester()
        requester.want(encoding: 2, at: time(0))
        #expect(requester.takeDue(at: time(0)) == 2)
        #expect(requester.takeDue(at: time(299)) == nil)
        #expect(requester.takeDue(at: time(300)) == 2)
        requester.keyframeArrived(encoding: 1)
        #expect(requester.nextDeadline != nil, "another layer's keyframe is not ours")
        requester.keyframeArrived(encoding: 2)
        #expect(requester.nextDeadline == nil)
    }

    @Test func aWishThatNothingAnswersEnds() {
        var requester = KeyframeRequester()
        requester.want(encoding: 0, at: time(0))
        for millisecond in Int64(0)...12_000 { _ = requester.takeDue(at: time(millisecond)) }
        #expect(requester.nextDeadline == nil)
    }
}
