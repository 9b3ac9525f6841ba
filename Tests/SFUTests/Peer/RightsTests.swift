import RTP
import Testing

@testable import SFU

/// Rights are asked at every packet: what signalling takes away holds from the next datagram on, with no time in between. Guards:
/// `RTPReceiver.mayForward` (keepAndForward, trackStopped) for what is said; `Room.candidates` and `RTPSender.packetArrived` for what is heard.
@Suite("Rights at every packet")
struct RightsTests {
    private let harness = CoreHarness()
    private static let audioSlot: UInt32 = 2_000
    private static let videoSlot: UInt32 = 2_001
    private let publishing = Sections(receive: [
        ReceiveSection(
            mid: "0", source: .microphone, codecs: [CoreHarness.opus], extensions: CoreHarness.extensions, feedback: [],
            ssrcs: [DeclaredSSRC(ssrc: SSRC(1_000))]),
        ReceiveSection(
            mid: "1", source: .camera, codecs: [CoreHarness.vp8], extensions: CoreHarness.extensions, feedback: CoreHarness.videoFeedback,
            ssrcs: [DeclaredSSRC(ssrc: SSRC(1_001))]),
    ])
    private let watching = Sections(slots: [
        SlotSection(
            mid: "0", purpose: .audio, index: 0, ssrc: SSRC(audioSlot), codecs: [CoreHarness.opus], extensions: CoreHarness.extensions,
            feedback: []),
        SlotSection(
            mid: "1", purpose: .video, index: 0, ssrc: SSRC(videoSlot), rtx: SSRC(2_002), codecs: [CoreHarness.vp8],
            extensions: CoreHarness.extensions, feedback: CoreHarness.videoFeedback),
    ])

    /// The packet that begins a track comes before its slot is mapped, and is not heard.
    private func begin(_ number: UInt16, _ client: CoreClient) { speak(number, client) }

    private func speak(_ number: UInt16, _ client: CoreClient) {
        harness.send(
            RTPDraft(ssrc: 1_000, type: 111, sequence: number, timestamp: UInt32(number) * 960, payload: [0x78, UInt8(number)]),
            from: client)
    }

    private func show(_ number: UInt16, _ client: CoreClient) {
        let keyframe: [UInt8] = [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00, UInt8(number)]
        harness.send(RTPDraft(ssrc: 1_001, type: 96, sequence: number, timestamp: UInt32(number) * 3_000, payload: keyframe), from: client)
    }

    /// The last bytes of what came in a slot: the numbers that were said.
    private func numbers(_ client: CoreClient, _ slot: UInt32) -> [UInt8] { (client.received[slot] ?? []).compactMap(\.last) }

    @Test("Speaking: the packet before the command is forwarded, the packet after it is not")
    func speaking() throws {
        let speaker = try harness.join(1, publishing)
        let listener = try harness.join(2, watching)
        begin(1, speaker)
        speak(2, speaker)
        harness.handle(.setRights(speaker.id, PeerRights(speak: false)))
        speak(3, speaker)
        #expect(numbers(listener, Self.audioSlot) == [2])
        #expect(harness.core.counters[.notForwarded] == 1)
        harness.handle(.setRights(speaker.id, PeerRights()))
        begin(4, speaker)
        speak(5, speaker)
        #expect(numbers(listener, Self.audioSlot) == [2, 5])
        #expect(harness.core.counters[.notForwarded] == 1)
        harness.handle(.setInactive(speaker.id, [.microphone]))
        speak(6, speaker)
        #expect(numbers(listener, Self.audioSlot) == [2, 5])
        #expect(harness.core.counters[.notForwarded] == 2)
    }

    @Test("Streaming: the packet after the command is not forwarded, nothing of before is shown later, and the microphone goes on")
    func streaming() throws {
        let publisher = try harness.join(1, publishing)
        let viewer = try harness.join(2, watching)
        begin(1, publisher)
        for number in 1...10 as ClosedRange<UInt16> {
            show(number, publisher)
            harness.pass(.milliseconds(33))
        }
        let before = numbers(viewer, Self.videoSlot)
        #expect(before.last == 10)
        harness.handle(.setRights(publisher.id, PeerRights(stream: false)))
        show(11, publisher)
        speak(2, publisher)
        harness.pass(.milliseconds(33))
        #expect(numbers(viewer, Self.videoSlot) == before)
        #expect(numbers(viewer, Self.audioSlot) == [2])
        #expect(harness.core.counters[.notForwarded] == 1)
        harness.handle(.setRights(publisher.id, PeerRights()))
        for number in 12...20 as ClosedRange<UInt16> {
            show(number, publisher)
            harness.pass(.milliseconds(33))
        }
        let after = numbers(viewer, Self.videoSlot).dropFirst(before.count)
        #expect(!after.isEmpty && after.allSatisfy { $0 >= 12 })
    }

    @Test("Listening: a deafened peer gets no packet after the command, others do, and video goes on")
    func listening() throws {
        let publisher = try harness.join(1, publishing)
        let deafened = try harness.join(2, watching)
        let other = try harness.join(3, watching)
        begin(1, publisher)
        show(1, publisher)
        harness.pass(.milliseconds(33))
        speak(2, publisher)
        show(2, publisher)
        harness.pass(.milliseconds(33))
        harness.handle(.setRights(deafened.id, PeerRights(listen: false)))
        speak(3, publisher)
        show(3, publisher)
        harness.pass(.milliseconds(33))
        #expect(numbers(deafened, Self.audioSlot) == [2])
        #expect(numbers(other, Self.audioSlot) == [2, 3])
        #expect(numbers(deafened, Self.videoSlot).last == 3)
        harness.handle(.setRights(deafened.id, PeerRights()))
        speak(4, publisher)
        #expect(numbers(deafened, Self.audioSlot) == [2, 4])
    }
}
