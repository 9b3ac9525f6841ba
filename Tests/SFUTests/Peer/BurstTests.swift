import RTP
import Testing

@testable import SFU

/// Packets of a frame that come together are handed to each viewer in one go; nobody who looks from outside can tell.
@Suite("Packets that came together")
struct BurstTests {
    private let harness = CoreHarness()

    /// Has a packet of a camera arrive, in the same turn as those before it. The first of a keyframe begins as VP8 does.
    private func arrive(_ number: UInt16, frame timestamp: UInt32, of client: CoreClient, isKeyframeStart: Bool = false) -> [UInt8] {
        let head: [UInt8] = isKeyframeStart ? [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00] : [0x00]
        let payload = head + [UInt8](repeating: UInt8(number & 0xFF), count: 200)
        var draft = RTPDraft(ssrc: 1_001, type: 96, sequence: number, timestamp: timestamp, payload: payload)
        draft.isMarked = false
        harness.receive(client.seal(draft), from: client.address)
        return payload
    }

    @Test("Every viewer gets all of them in their order, and more than are kept at once too")
    func order() throws {
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        let viewers = try [2_001, 3_001, 4_001].map { (ssrc: $0, client: try harness.joinViewer(UInt64($0), ssrc: $0)) }
        var sent = [arrive(1, frame: 3_000, of: publisher, isKeyframeStart: true)]
        harness.pass(.milliseconds(20))
        for number in 2...UInt16(2 * Burst.limit + 5) { sent.append(arrive(number, frame: 6_000, of: publisher)) }
        #expect(viewers.allSatisfy { $0.client.received[$0.ssrc]?.count == 1 } && harness.core.burst.count > 0)
        harness.pass(.milliseconds(300))
        for (ssrc, viewer) in viewers {
            let isWhole = viewer.received[ssrc] == sent
            #expect(isWhole)
            let numbers = try #require(viewer.numbers[ssrc])
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 &+ 1 })
        }
    }

    /// Whoever reads datagrams asks that, and reads on.
    @Test("A frame is open until its last packet has come; voice has none")
    func frameEnd() throws {
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        _ = try harness.joinViewer(2, ssrc: 2_001)
        #expect(!harness.core.isWithinFrame)
        _ = arrive(1, frame: 3_000, of: publisher, isKeyframeStart: true)
        harness.pass(.milliseconds(20))
        _ = arrive(2, frame: 3_000, of: publisher)
        #expect(harness.core.isWithinFrame)
        let last = RTPDraft(ssrc: 1_001, type: 96, sequence: 3, timestamp: 3_000, payload: [0x00, 7])
        harness.receive(publisher.seal(last), from: publisher.address)
        #expect(!harness.core.isWithinFrame)
        _ = arrive(4, frame: 6_000, of: publisher)
        #expect(harness.core.isWithinFrame)
        harness.pass(.milliseconds(1))
        #expect(!harness.core.isWithinFrame, "what has been handed on is not waited for")
        let speaker = try harness.joinSpeaker(3, ssrc: 3_001)
        var voice = RTPDraft(ssrc: 3_001, type: 111, sequence: 1, timestamp: 960, payload: [0x78, 1, 2])
        voice.isMarked = false
        harness.receive(speaker.seal(voice), from: speaker.address)
        #expect(!harness.core.isWithinFrame)
    }

    @Test("One that was missing is handed on in its turn, behind what came with it before")
    func late() throws {
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        let viewer = try harness.joinViewer(2, ssrc: 2_001)
        let first = arrive(1, frame: 3_000, of: publisher, isKeyframeStart: true)
        harness.pass(.milliseconds(20))
        let rest = [arrive(2, frame: 6_000, of: publisher), arrive(4, frame: 6_000, of: publisher), arrive(3, frame: 6_000, of: publisher)]
        harness.pass(.milliseconds(100))
        let received = viewer.received[2_001]
        #expect(received == [first] + rest)
        let numbers = try #require(viewer.numbers[2_001])
        #expect(numbers.map { $0 &- numbers[0] } == [0, 1, 3, 2])
    }

    /// The guard is `handOnBurst` in `MediaCore.handle`: without it the packets are handed on by a track that is gone.
    @Test("A publisher who is closed in the same turn leaves nothing behind that is handed on later")
    func closed() throws {
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        let viewer = try harness.joinViewer(2, ssrc: 2_001)
        _ = arrive(1, frame: 3_000, of: publisher, isKeyframeStart: true)
        harness.pass(.milliseconds(20))
        _ = arrive(2, frame: 6_000, of: publisher)
        #expect(harness.core.burst.count > 0)
        harness.handle(.closePeer(publisher.id))
        #expect(harness.core.burst.count == 0)
        harness.pass(.milliseconds(100))
        #expect(viewer.received[2_001]?.count == 1)
    }

    @Test("Only what is of one encoding and one moment comes together, and no more than the bound")
    func bound() throws {
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        let peer = try #require(harness.core.peer(publisher.id))
        let encoding = try #require(peer.receivers.first?.encodings.first)
        let other = Encoding(receiver: peer.receivers[0], index: 1, rid: nil)
        var burst = Burst()
        let takesAnything = burst.takes(other, at: .zero)
        #expect(takesAnything)
        for _ in 0..<Burst.limit {
            let takes = burst.takes(encoding, at: .zero)
            #expect(takes)
            burst.append(StoredPacket(), of: encoding, at: .zero)
            let (takesOther, takesLater) = (burst.takes(other, at: .zero), burst.takes(encoding, at: .zero + .nanoseconds(1)))
            #expect(!takesOther && !takesLater)
        }
        let takesMore = burst.takes(encoding, at: .zero)
        #expect(!takesMore && burst.packets.count == Burst.limit)
        burst.removeAll()
        let takesAgain = burst.takes(other, at: .zero)
        #expect(takesAgain)
    }
}
