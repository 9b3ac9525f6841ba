import RTP
import Testing

@testable import SFU

/// A microphone's empty packet that comes late leaves a number open, which is filled with padding. Found by MediaCoreFuzzer: the filler waited in the
/// pacer with the video while audio a thousand numbers on left at once, and SRTP refused it. Guard: the kind in `RTPSender.enqueueFiller`.
@Suite("Fillers of audio")
struct LateFillerTests {
    private let harness = CoreHarness()

    private func packet(_ number: UInt16, isEmpty: Bool = false) -> RTPDraft {
        RTPDraft(ssrc: 1_000, type: 111, sequence: number, timestamp: UInt32(number) * 960, payload: isEmpty ? [] : [0x78, 0x01])
    }

    @Test("They leave in the order in which their numbers were given")
    func order() throws {
        let speaker = try harness.joinSpeaker(1, ssrc: 1_000)
        let listener = try harness.join(
            2,
            Sections(slots: [
                SlotSection(
                    mid: "1", purpose: .audio, index: 0, ssrc: SSRC(2_000), codecs: [CoreHarness.opus], extensions: CoreHarness.extensions,
                    feedback: [])
            ]))
        for number in 1...3 as ClosedRange<UInt16> { harness.send(packet(number), from: speaker) }
        let before = listener.received[2_000]?.count ?? 0
        // All within one moment: an empty packet far ahead, one that is missing and one that is empty before it, and a jump.
        for draft in [packet(40, isEmpty: true), packet(4), packet(5, isEmpty: true), packet(1_200)] {
            harness.receive(speaker.seal(draft), from: speaker.address)
        }
        harness.pass(.milliseconds(100))
        #expect(harness.core.counters[.srtpProtectFailed] == 0)
        #expect(listener.received[2_000].map { $0.dropFirst(before).map(\.count) } == [2, 0, 2], "4, the filler for 5, and 1,200")
    }
}
