import RTP
import Testing

@testable import SFU

@Suite struct KeyframeRequesterTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// Guard: keyframe request storms. Broken by answering `wantedSince` from `nextDeadline`.
    @Test func requestsOfManyViewersAreOneEachHalfSecondAndThreeInTwo() {
        var requester = KeyframeRequester()
        var sent: [Int64] = []
        for millisecond in Int64(0)..<10_000 {
            requester.want(encoding: Int(millisecond % 3), at: time(millisecond))
            if requester.takeDue(at: time(millisecond)) != nil { sent.append(millisecond) }
        }
        #expect(sent.count == 10)
        for (a, b) in zip(sent, sent.dropFirst()) { #expect(b - a >= 500) }
        for (a, b) in zip(sent, sent.dropFirst(2)) { #expect(b - a >= 2_000) }
    }

    @Test func asksAgainUntilTheKeyframeComes() {
        var requester = KeyframeRequester()
        requester.want(encoding: 2, at: time(0))
        #expect(requester.takeDue(at: time(0)) == 2)
        #expect(requester.takeDue(at: time(499)) == nil)
        #expect(requester.takeDue(at: time(500)) == 2)
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
