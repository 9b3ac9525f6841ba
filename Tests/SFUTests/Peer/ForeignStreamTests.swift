import RTP
import Testing

@testable import SFU

/// A participant who claims another's streams under its own keys. Rows B7 and F15. Guard: each peer has its own `SSRCBindings`, and MIDs and
/// RIDs are looked up among its own sections. Two opposites were planted: one table of SSRCs for all peers, and MIDs looked up in the whole room.
/// Either turns every claim about that identifier red.
@Suite("Streams of another")
struct ForeignStreamTests {
    /// How the attacker says that a packet is the victim's.
    enum Claim: CaseIterable {
        case audioSSRC, audioMID, audioBoth, videoSSRC, videoMIDAndRID, videoAll, videoMIDOnly, repairSSRC, repairMIDAndRID, repairAll
    }

    private static let audio: UInt32 = 1_000
    private static let video: UInt32 = 1_001
    private static let repair: UInt32 = 1_101
    private static let audioSlot: UInt32 = 2_000
    private static let videoSlot: UInt32 = 2_001

    private static func microphone(_ mid: String, declared ssrc: UInt32? = nil) -> ReceiveSection {
        ReceiveSection(
            mid: mid, source: .microphone, codecs: [CoreHarness.opus], extensions: CoreHarness.extensions, feedback: [],
            ssrcs: ssrc.map { [DeclaredSSRC(ssrc: SSRC($0))] } ?? [])
    }

    private static let victimSections = Sections(receive: [
        microphone("va"),
        ReceiveSection(
            mid: "vv", source: .camera, codecs: [CoreHarness.vp8], extensions: CoreHarness.extensions, feedback: CoreHarness.videoFeedback,
            rids: ["h"]),
    ])

    private static let witnessSections = Sections(slots: [
        SlotSection(
            mid: "0", purpose: .audio, index: 0, ssrc: SSRC(audioSlot), codecs: [CoreHarness.opus], extensions: CoreHarness.extensions,
            feedback: []),
        SlotSection(
            mid: "1", purpose: .video, index: 0, ssrc: SSRC(videoSlot), rtx: SSRC(2_002), codecs: [CoreHarness.vp8],
            extensions: CoreHarness.extensions, feedback: CoreHarness.videoFeedback),
    ])

    /// A single-packet keyframe (RFC 7741 §4.2, §4.3), 320×180, whose last bytes say whose it is and which.
    private static func picture(_ owner: UInt8, _ number: UInt16) -> [UInt8] {
        [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00, owner, UInt8(number >> 8), UInt8(number & 0xFF)]
    }

    private static func sound(_ owner: UInt8, _ number: UInt16) -> [UInt8] { [0x78, owner, UInt8(number >> 8), UInt8(number & 0xFF)] }

    /// The attacker's packet. Its numbers go on where the victim's are, the likeliest to be taken.
    private static func forged(_ claim: Claim, _ number: UInt16) -> RTPDraft {
        let fresh: UInt32 = 9_000 + UInt32(Claim.allCases.firstIndex(of: claim) ?? 0)
        let time = UInt32(number) * 960
        func audio(_ ssrc: UInt32, mid: String?) -> RTPDraft {
            RTPDraft(ssrc: ssrc, type: 111, sequence: number, timestamp: time, mid: mid, payload: sound(66, number))
        }
        func video(_ ssrc: UInt32, mid: String?, rid: String?) -> RTPDraft {
            RTPDraft(ssrc: ssrc, type: 96, sequence: number, timestamp: time, mid: mid, rid: rid, payload: picture(66, number))
        }
        func repair(_ ssrc: UInt32, mid: String?, rid: String?) -> RTPDraft {
            // RFC 4588 §4: the original sequence number comes first.
            let original = [UInt8(number >> 8), UInt8(number & 0xFF)]
            return RTPDraft(
                ssrc: ssrc, type: 97, sequence: number, timestamp: time, mid: mid, repairedRID: rid, payload: original + picture(66, number)
            )
        }
        switch claim {
        case .audioSSRC: return audio(Self.audio, mid: nil)
        case .audioMID: return audio(fresh, mid: "va")
        case .audioBoth: return audio(Self.audio, mid: "va")
        case .videoSSRC: return video(Self.video, mid: nil, rid: nil)
        case .videoMIDAndRID: return video(fresh, mid: "vv", rid: "h")
        case .videoAll: return video(Self.video, mid: "vv", rid: "h")
        case .videoMIDOnly: return video(fresh, mid: "vv", rid: nil)
        case .repairSSRC: return repair(Self.repair, mid: nil, rid: nil)
        case .repairMIDAndRID: return repair(fresh, mid: "vv", rid: "h")
        case .repairAll: return repair(Self.repair, mid: "vv", rid: "h")
        }
    }

    @Test("Whatever is claimed, nothing foreign is forwarded, the victim loses nothing, and it is counted", arguments: Claim.allCases)
    func claims(claim: Claim) throws {
        let harness = CoreHarness()
        let victim = try harness.join(1, Self.victimSections)
        let witness = try harness.join(2, Self.witnessSections)
        // A microphone of its own with a declared SSRC, so that its payload type alone binds nothing.
        let attacker = try harness.join(3, Sections(receive: [Self.microphone("aa", declared: 5_000)]))
        func victimSends(_ number: UInt16) {
            let time = UInt32(number) * 960
            harness.send(
                RTPDraft(ssrc: Self.audio, type: 111, sequence: number, timestamp: time, mid: "va", payload: Self.sound(1, number)),
                from: victim)
            harness.send(
                RTPDraft(
                    ssrc: Self.video, type: 96, sequence: number, timestamp: time, mid: "vv", rid: "h", payload: Self.picture(1, number)),
                from: victim)
        }
        // Both streams and the repair stream are bound before the attack begins.
        for number in 1...5 as ClosedRange<UInt16> {
            victimSends(number)
            harness.pass(.milliseconds(20))
        }
        harness.send(
            RTPDraft(ssrc: Self.repair, type: 97, sequence: 1, mid: "vv", repairedRID: "h", payload: [0, 4] + Self.picture(1, 4)),
            from: victim)
        for number in 6...300 as ClosedRange<UInt16> {
            // Ahead of the victim, so that the forged packet would take the number's place.
            harness.send(Self.forged(claim, number), from: attacker)
            victimSends(number)
            harness.pass(.milliseconds(20))
        }
        // A track's first packet comes before its slot is mapped, a camera's first few before the slot looks for its layer. From the first
        // that came on there is no gap and no stranger.
        let heard = witness.received[Self.audioSlot] ?? []
        let seen = witness.received[Self.videoSlot] ?? []
        #expect(heard.count == 299 && seen.count > 290)
        #expect(heard == (UInt16(301 - heard.count)...300).map { Self.sound(1, $0) })
        #expect(seen == (UInt16(301 - seen.count)...300).map { Self.picture(1, $0) })
        // Probes are padding on the repair stream.
        let others = witness.received.filter { $0.key != Self.audioSlot && $0.key != Self.videoSlot }
        let isPadding = others.values.joined().allSatisfy { $0.isEmpty }
        #expect(isPadding)
        #expect(harness.core.counters[.unboundSSRC] == 295)
        #expect(harness.core.counters[.duplicatePacket] == 1)  // the victim's own repair of a packet that was there
    }

    /// The control: the same packets from the victim are forwarded.
    @Test("The victim itself may say all of that", arguments: [Claim.audioMID, .audioBoth, .videoAll, .videoMIDAndRID])
    func control(claim: Claim) throws {
        let harness = CoreHarness()
        let victim = try harness.join(1, Self.victimSections)
        let witness = try harness.join(2, Self.witnessSections)
        for number in 1...50 as ClosedRange<UInt16> {
            harness.send(Self.forged(claim, number), from: victim)
            harness.pass(.milliseconds(20))
        }
        #expect(witness.received.values.map(\.count).reduce(0, +) > 40)
        #expect(harness.core.counters[.unboundSSRC] == 0)
    }
}
