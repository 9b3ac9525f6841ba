import Testing

@testable import LoadGenerator

struct SequenceTrackerTests {
    private func expected(_ sequences: [UInt16]) -> UInt64 {
        var tracker = SequenceTracker()
        return sequences.reduce(0) { $0 + tracker.received($1, ssrc: 1) }
    }

    @Test(
        arguments: [
            ([5, 6, 7], 3), ([5, 7], 3), ([5, 7, 6], 3), ([65_534, 65_535, 0, 1], 4), ([65_535, 1], 3), ([5, 5], 1), ([0, 32_767], 32_768),
        ] as [([UInt16], UInt64)])
    func countsWhatShouldHaveCome(_ sequences: [UInt16], _ count: UInt64) {
        #expect(expected(sequences) == count)
    }

    @Test func streamsAreCountedApart() {
        var tracker = SequenceTracker()
        #expect(tracker.received(10, ssrc: 1) + tracker.received(500, ssrc: 2) + tracker.received(11, ssrc: 1) == 3)
    }

    @Test func streamsBeyondTheBoundCountAsTheyCome() {
        var tracker = SequenceTracker()
        for ssrc in 0..<UInt32(SequenceTracker.capacity) { _ = tracker.received(1, ssrc: ssrc) }
        #expect(tracker.received(1, ssrc: 9_999) == 1 && tracker.received(9, ssrc: 9_999) == 1)
    }
}
