import RTP
import Testing

@testable import SFU

/// Video that waits too long is given up, and leaves no hole in the numbers. Found by `parley-bench counters` on a core that others computed on: where all
/// that waited was the rest of a frame that had begun to leave, nothing of it could be given up, and the packet that came lost its number.
/// Guard: what `PeerConnection.enqueue` asks of `dropVideo`.
@Suite("Video that is given up")
struct GivenUpVideoTests {
    private let harness = CoreHarness()

    private func frame(_ timestamp: UInt32, numbers: ClosedRange<UInt16>, client: CoreClient, isKeyframe: Bool) {
        for number in numbers {
            let isFirst = number == numbers.lowerBound
            let head: [UInt8] =
                isFirst ? [0x10, isKeyframe ? 0x10 : 0x11, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00] : [0x00]
            var draft = RTPDraft(
                ssrc: 1_001, type: 96, sequence: number, timestamp: timestamp, payload: head + [UInt8](repeating: 7, count: 1_000))
            draft.isMarked = number == numbers.upperBound
            harness.receive(client.seal(draft), from: client.address)
        }
    }

    @Test("A packet that comes while the rest of a frame waits too long is not given up alone")
    func restOfAFrame() throws {
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        let viewer = try harness.joinViewer(2, ssrc: 2_001)
        frame(3_000, numbers: 1...1, client: publisher, isKeyframe: true)
        harness.pass(.milliseconds(100))
        let peer = try #require(harness.core.peer(viewer.id))
        // A path of 300 kbit/s: a frame of 200 kB takes more than a second, and the next one finds it half sent.
        peer.bandwidth.rembReceived(300_000, sent: 300_000, at: harness.now)
        peer.adaptSoon(at: harness.now)
        frame(6_000, numbers: 2...200, client: publisher, isKeyframe: true)
        harness.pass(.milliseconds(450))
        #expect(peer.pacer.videoWait(at: harness.now) > Pacer.maximumWait, "the frame is on its way for too long")
        for number in 201...260 as ClosedRange<UInt16> {
            frame(6_000 + UInt32(number) * 3_000, numbers: number...number, client: publisher, isKeyframe: number == 240)
            harness.pass(.milliseconds(33))
        }
        harness.pass(.seconds(3))
        let numbers = viewer.numbers[2_001] ?? []
        #expect(numbers.count > 100)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 &+ 1 == $1 }, "no number is left out")
    }
}
