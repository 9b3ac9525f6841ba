import RTP
import Testing

@testable import SFU

@Suite struct PacerTests {
    private func time(_ microseconds: Int64) -> Instant { Instant(nanoseconds: microseconds * 1_000) }

    private func packet(
        _ kind: EgressPacket.Kind, bytes: UInt16 = 1_250, sender: UInt16 = 0, sequence: UInt16 = 0, timestamp: UInt32 = 0,
        at microseconds: Int64 = 0
    ) -> EgressPacket {
        let sent = SentPacket(
            store: .none, source: 0, timestamp: timestamp, sequence: sequence, pictureID: 0, tl0PictureIndex: 0, payloadType: 0,
            rewrites: [])
        return EgressPacket(
            sent: sent, sender: sender, bytes: bytes, kind: kind, endsFrame: false, enqueued: microseconds * 1_000)
    }

    /// Runs the pacer as the worker would, and answers when each packet left, in microseconds.
    private func departures(_ pacer: inout Pacer, from start: Int64 = 0) -> [Int64] {
        var now = time(start)
        var left: [Int64] = []
        for _ in 0..<10_000 {
            while pacer.next(at: now) != nil { left.append(now.nanoseconds / 1_000) }
            guard let next = pacer.nextDeadline(at: now) else { break }
            #expect(next.nanoseconds - now.nanoseconds >= 1_000_000, "timers are no finer than a millisecond")
            now = next
        }
        return left
    }

    @Test func audioFirstThenRepairsThenVideo() {
        var pacer = Pacer()
        for kind in [EgressPacket.Kind.video, .retransmission, .audio] { #expect(pacer.enqueue(packet(kind)) == true) }
        #expect(pacer.next(at: time(0))?.kind == .audio)
        #expect(pacer.next(at: time(0))?.kind == .retransmission)
        #expect(pacer.next(at: time(0))?.kind == .video)
        #expect(pacer.next(at: time(0)) == nil)
    }

    @Test func heldAudioLeavesTogetherWhenTheOldestHasWaited() {
        var pacer = Pacer()
        let hold: Int64 = 10_000_000
        _ = pacer.enqueue(packet(.audio, sequence: 1, at: 0))
        _ = pacer.enqueue(packet(.audio, sequence: 2, at: 4_000))
        #expect(pacer.next(at: time(9_999), hold: hold) == nil)
        #expect(pacer.nextDeadline(at: time(9_999), hold: hold) == time(10_000))
        #expect(pacer.next(at: time(10_000), hold: hold)?.sent.sequence == 1)
        #expect(pacer.nextDeadline(at: time(10_000), hold: hold) == time(10_000))
        #expect(pacer.next(at: time(10_000), hold: hold)?.sent.sequence == 2)
        #expect(pacer.nextDeadline(at: time(10_000), hold: hold) == nil)
        // The next one waits anew.
        _ = pacer.enqueue(packet(.audio, sequence: 3, at: 11_000))
        #expect(pacer.next(at: time(11_000), hold: hold) == nil)
    }

    @Test func heldAudioLeavesWithVideoThatMayLeave() {
        var pacer = Pacer()
        _ = pacer.enqueue(packet(.audio, sequence: 1, at: 0))
        _ = pacer.enqueue(packet(.video, sequence: 2, at: 1_000))
        #expect(pacer.nextDeadline(at: time(1_000), hold: 10_000_000) == time(1_000))
        #expect(pacer.next(at: time(1_000), hold: 10_000_000)?.kind == .audio)
        #expect(pacer.next(at: time(1_000), hold: 10_000_000)?.kind == .video)
    }

    @Test func aLargeFrameIsSpreadAtTwoAndAHalfTimesTheEstimate() {
        var pacer = Pacer()
        pacer.setRate(estimate: 2_000_000, media: 0)
        // 100 packets of 10,000 bits at 5 Mbit/s: 200 ms, less what the first quantum lets go at once.
        for i in 0..<100 { _ = pacer.enqueue(packet(.video, sequence: UInt16(i))) }
        let left = departures(&pacer)
        #expect(left.count == 100)
        #expect((190_000...200_000).contains(left.last ?? 0))
        // No flush is larger than two quanta of 5 ms.
        let largest = Dictionary(grouping: left, by: { $0 }).values.map(\.count).max() ?? 0
        #expect(largest <= 5)
    }

    @Test func aSmallFrameLeavesAtOnceAsOneRun() {
        var pacer = Pacer()
        pacer.setRate(estimate: 2_000_000, media: 0)
        for i in 0..<3 { _ = pacer.enqueue(packet(.video, sequence: UInt16(i))) }
        #expect(departures(&pacer) == [0, 0, 0])
    }

    @Test func audioDoesNotWaitForVideo() {
        var pacer = Pacer()
        pacer.setRate(estimate: 500_000, media: 0)
        for i in 0..<50 { _ = pacer.enqueue(packet(.video, sequence: UInt16(i))) }
        while pacer.next(at: time(0)) != nil {}
        _ = pacer.enqueue(packet(.audio, bytes: 100))
        #expect(pacer.next(at: time(10))?.kind == .audio)
    }

    /// Each queue has a bound, and says when it is full.
    @Test(arguments: [(EgressPacket.Kind.audio, 256), (.retransmission, 512), (.video, 2_048)])
    func queuesAreBounded(kind: EgressPacket.Kind, limit: Int) {
        var pacer = Pacer()
        for _ in 0..<limit { #expect(pacer.enqueue(packet(kind)) == true) }
        #expect(pacer.enqueue(packet(kind)) == false)
    }

    @Test func videoIsGivenUpByWholeFramesOfOneSlot() {
        var pacer = Pacer()
        for (i, timestamp) in [10, 10, 20, 20].enumerated() {
            _ = pacer.enqueue(packet(.video, sender: 1, sequence: UInt16(i), timestamp: UInt32(timestamp)))
            _ = pacer.enqueue(packet(.video, sender: 2, sequence: UInt16(i), timestamp: UInt32(timestamp)))
        }
        // The frame of timestamp 10 has begun to leave: what remains of it does leave.
        #expect(pacer.removeVideo(of: 1, unfinished: 10)?.sent.sequence == 2)
        var rest: [UInt16] = []
        while let next = pacer.next(at: time(0)) { rest.append(next.sender * 10 + next.sent.sequence) }
        #expect(rest == [10, 20, 11, 21, 22, 23])
        #expect(pacer.videoBytes == 0)
    }

    /// Sent are 10 and 12; the repaired 11 waits, and 13 and 14. Beginning anew at 11 would give out 12 twice, which SRTP refuses.
    /// Found by StreamRewriterFuzzer. Guard: `removeVideo` begins at no late packet and no filler.
    @Test func theSlotDoesNotBeginAnewAtALatePacket() {
        for mark in [SentPacket.Rewrites.late, .filler] {
            var pacer = Pacer()
            var late = packet(.video, sender: 1, sequence: 11, timestamp: 10)
            late.sent.rewrites.insert(mark)
            _ = pacer.enqueue(late)
            for sequence in [13, 14] { _ = pacer.enqueue(packet(.video, sender: 1, sequence: UInt16(sequence), timestamp: 20)) }
            #expect(pacer.removeVideo(of: 1)?.sent.sequence == 13)
            #expect(pacer.next(at: time(0))?.sent.sequence == 11)
            let isEmpty = pacer.isEmpty
            #expect(isEmpty)
        }
    }

    /// Whose number is given again, so that the next to speak in the slot leaves none out. Guard: the reset in `removeAudio`.
    @Test func voiceOfATrackThatIsOverIsGivenUp() {
        var pacer = Pacer()
        for sequence in 5...7 as ClosedRange<UInt16> { _ = pacer.enqueue(packet(.audio, sender: 1, sequence: sequence)) }
        #expect(pacer.next(at: time(10_000), hold: 10_000_000)?.sent.sequence == 5)
        #expect(pacer.removeAudio(of: 1)?.sent.sequence == 6)
        _ = pacer.enqueue(packet(.audio, sender: 2, sequence: 1, at: 10_000))
        #expect(pacer.next(at: time(10_000), hold: 10_000_000) == nil, "it waits for its own time")
        #expect(pacer.next(at: time(20_000), hold: 10_000_000)?.sender == 2)
        let isEmpty = pacer.isEmpty
        #expect(isEmpty)
    }

    /// The guard is the reset in `removeAll(of:)`.
    @Test func whatIsRemovedReleasesNothingThatComesAfterIt() {
        var pacer = Pacer()
        for sequence in 1...2 as ClosedRange<UInt16> { _ = pacer.enqueue(packet(.audio, sender: 1, sequence: sequence)) }
        #expect(pacer.next(at: time(10_000), hold: 10_000_000)?.sent.sequence == 1)
        pacer.removeAll(of: 1)
        _ = pacer.enqueue(packet(.audio, sender: 2, sequence: 3, at: 10_000))
        #expect(pacer.next(at: time(10_000), hold: 10_000_000) == nil)
        #expect(pacer.nextDeadline(at: time(10_000), hold: 10_000_000) == time(20_000))
    }

    /// A frame of a stream of 19 Mbit/s over a path that is known to carry 30: it was paced as over one of which nothing is known, and took 13.5 ms.
    @Test func aFrameOfALargeStreamLeavesAsFastAsItsPathIsKnownToBe() {
        var pacer = Pacer()
        pacer.setRate(estimate: 30_000_000, media: 19_000_000)
        for i in 0..<66 { _ = pacer.enqueue(packet(.video, sequence: UInt16(i))) }
        let left = departures(&pacer)
        #expect(left.count == 66)
        #expect((2_000...8_000).contains(left.last ?? 0), "\(left.last ?? 0) µs")
    }

    /// A viewer of many tiles on a fast path: the cap held even below what was being sent, and the queue was given up every 400 ms.
    @Test(arguments: [0, 30_000_000]) func neverSlowerThanOneAndAHalfTimesWhatIsSent(estimate: Int) {
        var pacer = Pacer()
        for media in [1_000_000, 26_000_000, 27_000_000, 60_000_000, 400_000_000] {
            pacer.setRate(estimate: estimate, media: media)
            let rate = pacer.rate
            // A path that is known to carry 30 Mbit/s is not paced as one of which nothing is known.
            #expect(rate == max(estimate > 0 ? 75_000_000 : Pacer.unknownRate, media * 3 / 2))
        }
        // 80 Mbit/s for a tenth of a second: 800 packets of 10,000 bits; at 120 Mbit/s they are out in two thirds of that.
        pacer.setRate(estimate: estimate, media: 80_000_000)
        for i in 0..<800 { _ = pacer.enqueue(packet(.video, sequence: UInt16(i))) }
        let left = departures(&pacer)
        #expect(left.count == 800)
        #expect((60_000...68_000).contains(left.last ?? 0), "\(left.last ?? 0) µs")
    }

    @Test func waitingIsMeasured() {
        var pacer = Pacer()
        _ = pacer.enqueue(packet(.video, at: 1_000))
        #expect(pacer.videoWait(at: time(51_000)) == 50_000_000)
    }
}
