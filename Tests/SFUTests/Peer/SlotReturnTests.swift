import RTP
import Testing

@testable import SFU

/// Slots that go and come back under one SSRC. Found by MediaCoreFuzzer: the slot began anew at a random number, below the one it had reached, and
/// SRTP refused everything up to there. Guard: rows are kept in `PeerConnection.applySlots`; dropping them turns `numbersGoOn` red.
@Suite("Slots that come back")
struct SlotReturnTests {
    private let harness = CoreHarness()

    private func slot(_ number: UInt32) -> SlotSection {
        SlotSection(
            mid: "\(number)", purpose: .audio, index: 0, ssrc: SSRC(2_000 + number), codecs: [CoreHarness.opus],
            extensions: CoreHarness.extensions, feedback: [])
    }

    private func speak(_ number: UInt16, _ client: CoreClient) {
        harness.send(
            RTPDraft(ssrc: 1_000, type: 111, sequence: number, timestamp: UInt32(number) * 960, payload: [0x78, UInt8(number & 0xFF)]),
            from: client)
    }

    @Test("Their numbers go on: everything sent can be read, whether the slot was gone for one offer or thirty")
    func numbersGoOn() throws {
        let speaker = try harness.joinSpeaker(1, ssrc: 1_000)
        let listener = try harness.join(2, Sections(slots: [slot(0)]))
        speak(0, speaker)
        for round in 1...30 as ClosedRange<UInt16> {
            harness.handle(.updateSections(listener.id, Sections()))
            harness.handle(.updateSections(listener.id, Sections(slots: [slot(0)])))
            speak(round, speaker)
            harness.pass(.milliseconds(20))
        }
        #expect(listener.received[2_000]?.count == 30)
        #expect(harness.core.counters[.srtpProtectFailed] == 0)
    }

    @Test("However many slots come and go, a peer keeps no more than it may have at once")
    func bound() throws {
        let speaker = try harness.joinSpeaker(1, ssrc: 1_000)
        let listener = try harness.join(2, Sections(slots: [slot(0)]))
        for number in 1...500 as ClosedRange<UInt32> {
            harness.handle(.updateSections(listener.id, Sections(slots: [slot(number), slot(0)])))
        }
        #expect(harness.core.peers.map(\.senders.count) == [0, PeerConnection.maximumSections])
        // Slot 0 was there all the time, and is carried on.
        harness.handle(.updateSections(listener.id, Sections(slots: [slot(0)])))
        speak(1, speaker)
        speak(2, speaker)
        #expect(listener.received[2_000]?.count == 1)
    }
}
