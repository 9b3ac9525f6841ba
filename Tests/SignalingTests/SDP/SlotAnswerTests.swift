import Foundation
import RTP
import SFU
import Testing

@testable import Signaling

/// Slots: the sections on which we send (interop.md §2).
@Suite struct SlotAnswerTests {
    private let answerer = Answerer.test()

    @Test func aVideoSlotDeclaresItsSourcesItsPairAndItsStream() throws {
        let negotiation = try answerer.answer(try OfferFixture.chromiumRecvonly.text, roles: try OfferFixture.chromiumRecvonly.roles)
        let slot = try #require(negotiation.sections.slots.first { $0.purpose == .video })
        let section = try #require(try negotiation.section("1"))
        let rtx = try #require(slot.rtx)
        #expect(section["sendonly"] != nil)
        #expect(section.values("msid") == ["slot-0 video-0"])
        #expect(section.values("ssrc-group") == ["FID \(slot.ssrc.rawValue) \(rtx.rawValue)"])
        #expect(section.values("ssrc") == ["\(slot.ssrc.rawValue) cname:parley", "\(rtx.rawValue) cname:parley"])
        #expect(slot.ssrc != rtx)
    }

    @Test func anAudioSlotSharesTheStreamOfTheVideoSlotWithItsIndex() throws {
        let negotiation = try answerer.answer(try OfferFixture.chromiumRecvonly.text, roles: try OfferFixture.chromiumRecvonly.roles)
        let slot = try #require(negotiation.sections.slots.first { $0.purpose == .audio })
        let section = try #require(try negotiation.section("0"))
        #expect(section.values("msid") == ["slot-0 audio-0"])
        #expect(section.values("ssrc") == ["\(slot.ssrc.rawValue) cname:parley"])
        #expect(section["ssrc-group"] == nil)
        #expect(slot.rtx == nil)
    }

    /// Auto follows REMB, and a browser with transport-cc sends none. Broken once by answering transport-cc: red.
    @Test(arguments: [OfferFixture.chromiumRecvonly, .firefoxRecvonly])
    func slotsAreAnsweredREMBAndAbsSendTimeWithoutTransportCC(_ fixture: OfferFixture) throws {
        let negotiation = try answerer.answer(try fixture.text, roles: try fixture.roles)
        #expect(!negotiation.answer.contains("transport-cc"))
        #expect(!negotiation.answer.contains("transport-wide-cc"))
        let slot = try #require(negotiation.sections.slots.first { $0.purpose == .video })
        #expect(slot.feedback == [.nack, .pli, .fir, .remb])
        #expect(slot.extensions.absSendTime != 0 && slot.extensions.mid != 0)
        #expect(slot.extensions.transportSequenceNumber == 0)
        #expect(slot.extensions.rid == 0)
    }

    @Test func aSlotKeepsEveryCodecWeForwardInTheOffersOrder() throws {
        let chromium = try answerer.answer(try OfferFixture.chromiumRecvonly.text, roles: try OfferFixture.chromiumRecvonly.roles)
        #expect(chromium.sections.slots[1].codecs.map(\.codec) == [.vp8, .vp9, .h264])
        #expect(try chromium.section("1")?.formats == ["96", "97", "98", "99", "108", "109"])
        let firefox = try answerer.answer(try OfferFixture.firefoxRecvonly.text, roles: try OfferFixture.firefoxRecvonly.roles)
        #expect(firefox.sections.slots[1].codecs.map(\.codec) == [.vp8, .vp9])
        // H264 offered first stays first.
        let text = try OfferFixture.chromiumRecvonly.text.replacingOccurrences(of: "SAVPF 96 97 98 ", with: "SAVPF 108 96 97 98 ")
            .replacingOccurrences(of: " 107 108 109", with: " 107 109")
        let reordered = try answerer.answer(text, roles: try OfferFixture.chromiumRecvonly.roles)
        #expect(reordered.sections.slots[1].codecs.map(\.codec) == [.h264, .vp8, .vp9])
    }

    @Test func aDecoderOfAHigherH264ProfileGetsASlotToo() throws {
        let text = try OfferFixture.obs.text.replacingOccurrences(of: "a=sendonly", with: "a=recvonly")
            .replacingOccurrences(of: "profile-level-id=42e01f", with: "profile-level-id=640c1f")
        let slots = try answerer.answer(text, roles: SectionRoles(slots: ["1": .video])).sections.slots
        #expect(slots.first?.codecs.first?.formatParameters.contains("640c1f") == true)
        // A publisher must keep to Constrained Baseline, or viewers without High could not follow.
        let publisher = try OfferFixture.obs.text.replacingOccurrences(of: "42e01f", with: "640c1f")
        #expect(throws: AnswerRefusal.nothingUsable) { try answerer.answer(publisher, roles: SectionRoles(publish: ["1": .camera])) }
    }

    @Test func firefoxPlayoutDelayIsAnsweredSendonly() throws {
        let negotiation = try answerer.answer(try OfferFixture.firefoxRecvonly.text, roles: try OfferFixture.firefoxRecvonly.roles)
        let words = try #require(try negotiation.section("1")).values("extmap")
        #expect(words.contains("6/sendonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"))
    }

    @Test func aWHEPViewerIsPinned() throws {
        let negotiation = try answerer.answer(try OfferFixture.gstreamerRecv.text, roles: try OfferFixture.gstreamerRecv.roles)
        #expect(
            negotiation.sections.slots.map(\.pinned) == [
                TrackID(participant: ParticipantID(7), source: .camera), TrackID(participant: ParticipantID(7), source: .microphone),
            ])
        // No RTX offered, none declared.
        #expect(negotiation.sections.slots[0].rtx == nil)
        #expect(try negotiation.section("video0")?["ssrc-group"] == nil)
    }

    /// A page's whole offer: 4 publishing sections, 6 audio, 12 video, 2 screens with their audio.
    @Test func aFullPageIsAnsweredInOneBundleWithDistinctSources() throws {
        let (text, roles) = try PageOffer().build()
        let negotiation = try answerer.answer(text, roles: roles)
        let slots = negotiation.sections.slots
        #expect(negotiation.sections.receive.count == 4)
        #expect(slots.count == 22)
        let sources = slots.flatMap { [$0.ssrc, $0.rtx].compactMap(\.self) }
        #expect(Set(sources).count == sources.count)
        for purpose in SlotPurpose.allCases {
            let indices = slots.filter { $0.purpose == purpose }.map(\.index)
            #expect(indices == Array(0..<indices.count))
        }
        let answer = try negotiation.parsed
        #expect(answer.media.count == 26)
        let screen = try #require(slots.first { $0.purpose == .screenAudio && $0.index == 1 })
        #expect(try negotiation.section(screen.mid)?.values("msid") == ["screen-1 screen-audio-1"])
        // What Chromium offers without setCodecPreferences must fit, or people could not join.
        #expect(text.utf8.count > 64 * 1024)
        #expect(text.utf8.count < SDPLimits().bytes)
    }
}
