import RTP
import Testing

@testable import SFU

@Suite("Voice is held together while the thread has no time to spare")
struct AudioHoldTests {
    /// A thread that for so many milliseconds is busy for this share of its time, in turns of a millisecond.
    private func pass(_ hold: inout AudioHold, milliseconds: ClosedRange<Int64>, busy: Double) {
        for millisecond in milliseconds { hold.noteWaited(Int64((1 - busy) * 1_000_000), at: millisecond * 1_000_000) }
    }

    @Test("A thread with time to spare holds nothing")
    func spare() {
        var hold = AudioHold()
        pass(&hold, milliseconds: 0...2_000, busy: 0.7)
        #expect(hold.alone.nanoseconds == 0)
        #expect(hold.besideVideo.nanoseconds == 0)
    }

    @Test("One that is four fifths busy holds voice for whom it sends nothing else, and not beside a picture")
    func aloneFirst() {
        var hold = AudioHold()
        pass(&hold, milliseconds: 0...2_000, busy: 0.8)
        #expect(hold.alone.nanoseconds == AudioHold.longest)
        #expect(hold.besideVideo.nanoseconds == 0)
    }

    @Test("A full one holds more and more, up to 20 ms; what is neither stays; with time to spare it lets go again")
    func full() {
        var hold = AudioHold()
        pass(&hold, milliseconds: 0...250, busy: 1)
        #expect(hold.alone.nanoseconds == 10_000_000)
        #expect(hold.besideVideo.nanoseconds == 10_000_000)
        pass(&hold, milliseconds: 251...1_500, busy: 1)
        #expect(hold.alone.nanoseconds == AudioHold.longest)
        #expect(hold.besideVideo.nanoseconds == AudioHold.longest)
        pass(&hold, milliseconds: 1_501...1_700, busy: 0.9)
        let before = hold.besideVideo.nanoseconds
        pass(&hold, milliseconds: 1_701...3_000, busy: 0.9)
        #expect(hold.besideVideo.nanoseconds == before)
        pass(&hold, milliseconds: 3_001...6_000, busy: 0.68)
        #expect(hold.besideVideo.nanoseconds == 0)
        #expect(hold.alone.nanoseconds > AudioHold.longest / 2)
        pass(&hold, milliseconds: 6_001...9_000, busy: 0.3)
        #expect(hold.alone.nanoseconds == 0)
    }

    @Test("A long wait counts as what it is")
    func longWait() {
        var hold = AudioHold()
        pass(&hold, milliseconds: 0...1_000, busy: 1)
        #expect(hold.alone.nanoseconds == AudioHold.longest)
        hold.noteWaited(3_600_000_000_000, at: 3_601_000_000_000)
        #expect(hold.alone.nanoseconds < AudioHold.longest)
    }

    @Test("Two who speak are sent to a third together, and not before the first has waited; with time to spare each at once")
    func together() throws {
        let harness = CoreHarness()
        let speakers = try [harness.joinSpeaker(1, ssrc: 1_001), harness.joinSpeaker(2, ssrc: 1_002)]
        let slots = (0..<2).map { audioSlot(mid: "\($0)", index: $0, ssrc: UInt32(2_001 + $0)) }
        let listener = try harness.join(3, Sections(slots: slots))
        var heard: Int { listener.received.values.reduce(0) { $0 + $1.count } }
        func say(_ index: Int, _ sequence: UInt16) {
            harness.send(
                RTPDraft(
                    ssrc: UInt32(1_001 + index), type: 111, sequence: sequence, timestamp: UInt32(sequence) * 960,
                    payload: [UInt8](repeating: 1, count: 80)), from: speakers[index])
        }
        for sequence in 1...5 as ClosedRange<UInt16> {
            say(0, sequence)
            say(1, sequence)
            harness.pass(.milliseconds(20))
        }
        let before = heard
        say(0, 6)
        #expect(heard == before + 1)

        for _ in 0..<10 {
            harness.pass(.milliseconds(100))
            harness.core.noteWaited(0, at: harness.now)
        }
        say(0, 7)
        harness.pass(.milliseconds(12))
        say(1, 7)
        #expect(heard == before + 1)
        harness.pass(.milliseconds(7))
        #expect(heard == before + 1)
        harness.pass(.milliseconds(1))
        #expect(heard == before + 3)
    }

    @Test("On a thread four fifths busy, whoever is shown a camera hears a voice at once, and whoever hears it alone a little later")
    func picturesFirst() throws {
        let harness = CoreHarness()
        let speaker = try harness.joinSpeaker(1, ssrc: 1_001)
        let camera = try harness.joinCamera(2, ssrc: 1_002)
        let listener = try harness.join(3, Sections(slots: [audioSlot(mid: "0", ssrc: 2_001)]))
        let picture = SlotSection(
            mid: "1", purpose: .video, index: 0, ssrc: SSRC(2_003), rtx: nil, codecs: [CoreHarness.vp8], extensions: CoreHarness.extensions,
            feedback: CoreHarness.videoFeedback)
        let viewer = try harness.join(4, Sections(slots: [audioSlot(mid: "0", ssrc: 2_002), picture]))
        func say(_ sequence: UInt16) {
            harness.send(
                RTPDraft(
                    ssrc: 1_001, type: 111, sequence: sequence, timestamp: UInt32(sequence) * 960,
                    payload: [UInt8](repeating: 1, count: 80)), from: speaker)
        }
        let keyframe: [UInt8] = [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00, 1]
        harness.send(RTPDraft(ssrc: 1_002, type: 96, sequence: 1, payload: keyframe), from: camera)
        for sequence in 1...5 as ClosedRange<UInt16> {
            say(sequence)
            harness.pass(.milliseconds(20))
        }
        #expect(viewer.received[2_003]?.count == 1)
        let before = (listener.received[2_001]?.count ?? 0, viewer.received[2_002]?.count ?? 0)
        for _ in 0..<10 {
            harness.pass(.milliseconds(100))
            harness.core.noteWaited(20_000_000, at: harness.now)
        }
        say(6)
        #expect(viewer.received[2_002]?.count == before.1 + 1)
        #expect(listener.received[2_001]?.count == before.0)
        harness.pass(.milliseconds(20))
        #expect(listener.received[2_001]?.count == before.0 + 1)
    }

    @Test("What comes to a thread four fifths busy waits for what comes after it, but not within a second of a picture")
    func arrivals() throws {
        let harness = CoreHarness()
        let camera = try harness.joinCamera(1, ssrc: 1_001)
        #expect(harness.core.arrivalHold == 0)
        for _ in 0..<10 {
            harness.pass(.milliseconds(100))
            harness.core.noteWaited(20_000_000, at: harness.now)
        }
        #expect(harness.core.arrivalHold == AudioHold.arrivals)
        harness.send(
            RTPDraft(ssrc: 1_001, type: 96, sequence: 1, payload: [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00, 1]),
            from: camera)
        #expect(harness.core.arrivalHold == 0)
        harness.pass(.milliseconds(999))
        #expect(harness.core.arrivalHold == 0)
        harness.pass(.milliseconds(1))
        #expect(harness.core.arrivalHold == AudioHold.arrivals)
        for _ in 0..<40 {
            harness.pass(.milliseconds(100))
            harness.core.noteWaited(80_000_000, at: harness.now)
        }
        #expect(harness.core.arrivalHold == 0)
    }

    private func audioSlot(mid: String, index: Int = 0, ssrc: UInt32) -> SlotSection {
        SlotSection(
            mid: mid, purpose: .audio, index: index, ssrc: SSRC(ssrc), rtx: nil, codecs: [CoreHarness.opus],
            extensions: CoreHarness.extensions, feedback: [])
    }
}
