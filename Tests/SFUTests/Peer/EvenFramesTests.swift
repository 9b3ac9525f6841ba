import RTP
import Testing

@testable import SFU

/// Packets of a frame that differ by a few bytes leave equally long, so that they are one segmentation run; what they carry stays.
@Suite("Frames evened out")
struct EvenFramesTests {
    /// What a viewer is sent of one frame whose packets have payloads of these sizes.
    private func lengths(_ sizes: [Int], evensFrames: Bool) throws -> (datagrams: [Int], payloads: [[UInt8]], sent: [[UInt8]]) {
        let harness = CoreHarness(evensFrames: evensFrames)
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        let viewer = try harness.joinViewer(2, ssrc: 2_001)
        var sent: [[UInt8]] = []
        for (index, size) in sizes.enumerated() {
            let head: [UInt8] = index == 0 ? [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00] : [0x00]
            sent.append(head + [UInt8](repeating: 7, count: size - head.count))
            var draft = RTPDraft(ssrc: 1_001, type: 96, sequence: UInt16(index + 1), timestamp: 3_000, payload: sent[index])
            draft.isMarked = index == sizes.count - 1
            harness.receive(publisher.seal(draft), from: publisher.address)
        }
        harness.pass(.milliseconds(20))
        return (viewer.lengths[2_001] ?? [], viewer.received[2_001] ?? [], sent)
    }

    @Test("A byte or a few that are missing are filled; the payload is the same")
    func evened() throws {
        let (datagrams, payloads, sent) = try lengths([1_000, 1_000, 1_001, 1_004], evensFrames: true)
        #expect(datagrams.count == 4 && Set(datagrams).count == 1)
        #expect(payloads == sent)
    }

    @Test("More than a few bytes are not; nor is anything where it is off")
    func left() throws {
        let short = try lengths([1_000, 1_000, 700], evensFrames: true).datagrams
        #expect(short.count == 3 && short[0] == short[1] && short[0] - short[2] == 300)
        let off = try lengths([1_000, 1_001], evensFrames: false).datagrams
        #expect(off.count == 2 && off[1] - off[0] == 1)
    }
}
