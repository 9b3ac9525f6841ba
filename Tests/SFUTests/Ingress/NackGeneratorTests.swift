import RTP
import Testing

@testable import SFU

@Suite struct NackGeneratorTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    private func due(_ generator: inout NackGenerator, at milliseconds: Int64, roundTrip: Int64? = 40_000_000) -> [UInt16] {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 32) { buffer in
            let (count, _) = generator.takeDue(at: time(milliseconds), roundTrip: roundTrip, into: buffer)
            return Array(buffer[0..<count])
        }
    }

    @Test func asksForAGapAfterAShortWaitAndThenEachRoundTrip() {
        var nacks = NackGenerator()
        _ = nacks.received(65_536 + 65_534, at: time(0))
        _ = nacks.received(65_536 + 65_537, at: time(5))
        #expect(due(&nacks, at: 14) == [], "they may only be late")
        #expect(nacks.nextDeadline == time(15))
        #expect(due(&nacks, at: 15) == [65_535, 0], "across the wrap")
        #expect(due(&nacks, at: 54) == [])
        #expect(due(&nacks, at: 55) == [65_535, 0])
        #expect(due(&nacks, at: 104) == [], "a quarter later each time: 50 ms")
        #expect(due(&nacks, at: 105) == [65_535, 0])
    }

    @Test func aLatePacketIsAskedForNoMore() {
        var nacks = NackGenerator()
        _ = nacks.received(100, at: time(0))
        _ = nacks.received(104, at: time(0))
        _ = nacks.received(102, at: time(3))
        #expect(due(&nacks, at: 10) == [101, 103])
        _ = nacks.received(101, at: time(20))
        #expect(due(&nacks, at: 60) == [103])
    }

    @Test func givesUpAfterTenTries() {
        var nacks = NackGenerator()
        _ = nacks.received(100, at: time(0))
        _ = nacks.received(102, at: time(0))
        var asked = 0
        var outcome = NackGenerator.Outcome.nothing
        for step in 0..<10_000 where outcome == .nothing {
            withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 8) { buffer in
                let (count, result) = nacks.takeDue(at: time(Int64(step)), roundTrip: nil, into: buffer)
                asked += count
                outcome = result
            }
        }
        #expect(asked == 10)
        #expect(outcome == .beyondRepair, "a keyframe is needed")
        #expect(nacks.nextDeadline == nil)
    }

    @Test(arguments: [(511, false), (512, false), (513, true)])
    func aGapLargerThanTheListIsBeyondRepair(gap: UInt64, beyond: Bool) {
        var nacks = NackGenerator()
        _ = nacks.received(1_000, at: time(0))
        #expect(nacks.received(1_000 + gap + 1, at: time(0)) == (beyond ? .beyondRepair : .nothing))
        #expect(nacks.count == (beyond ? 0 : Int(gap)))
    }

    @Test func aKeyframeEndsTheWishForWhatCameBeforeIt() {
        var nacks = NackGenerator()
        _ = nacks.received(100, at: time(0))
        _ = nacks.received(103, at: time(0))
        _ = nacks.received(106, at: time(0))
        nacks.keyframeStarted(at: 103)
        #expect(due(&nacks, at: 10) == [104, 105])
    }
}
