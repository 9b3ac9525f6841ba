import Foundation
import RTP
import SFU
import Testing

@testable import Signaling

/// What every answer must contain, whoever offers.
@Suite struct AnswererTests {
    private let answerer = Answerer.test()

    @Test(arguments: OfferFixture.withMedia) func everyAnswerIsLiteBundledPassiveAndMultiplexed(_ fixture: OfferFixture) throws {
        let offer = try fixture.description
        let negotiation = try answerer.answer(try fixture.text, roles: try fixture.roles)
        let answer = try negotiation.parsed
        #expect(answer["ice-lite"] != nil)
        #expect(answer["group"] == offer["group"] ?? "")
        #expect(answer.media.map(\.media) == offer.media.map(\.media))
        #expect(answer.media.map { $0["mid"] } == offer.media.map { $0["mid"] })
        for section in answer.media {
            #expect(section.port == 9)
            #expect(section.lines == [SDPLine("c", "IN IP4 0.0.0.0")])
            #expect(section["setup"] == "passive")
            #expect(section["rtcp-mux"] != nil)
            #expect(section["ice-ufrag"] == negotiation.localICE.ufrag)
            #expect(section["ice-pwd"] == negotiation.localICE.password)
            #expect(section["fingerprint"]?.hasPrefix("sha-256 00:01:02:") == true)
            #expect(section["bundle-only"] == nil)
        }
        #expect(
            answer.media[0].values("candidate") == [
                "1 1 udp 2130706431 192.0.2.1 8089 typ host", "2 1 udp 2130706175 2001:db8::1 8089 typ host",
            ])
        #expect(answer.media[0]["end-of-candidates"] != nil)
        #expect(answer.media.dropFirst().allSatisfy { $0["candidate"] == nil })
        #expect(negotiation.localICE.isWellFormed)
        #expect(!negotiation.isICERestart)
    }

    /// Nothing may be answered that was not offered: payload types, extension ids, feedback.
    @Test(arguments: OfferFixture.withMedia) func answersAreSubsetsOfTheirOffers(_ fixture: OfferFixture) throws {
        let offer = try fixture.description
        let answer = try answerer.answer(try fixture.text, roles: try fixture.roles).parsed
        for (section, offered) in zip(answer.media, offer.media) {
            #expect(Set(section.formats).isSubset(of: offered.formats))
            #expect(Set(section.values("rtcp-fb")).isSubset(of: offered.values("rtcp-fb")))
            let ids = Set(offered.values("extmap").compactMap { $0.split(whereSeparator: { "/ ".contains($0) }).first })
            #expect(section.values("extmap").allSatisfy { ids.contains($0.split(whereSeparator: { "/ ".contains($0) })[0]) })
            #expect(section.values("rtpmap").count == section.formats.count)
        }
    }

    @Test(arguments: OfferFixture.withMedia) func theSameSeedGivesTheSameAnswer(_ fixture: OfferFixture) throws {
        let text = try fixture.text
        let roles = try fixture.roles
        #expect(try answerer.answer(text, roles: roles, seed: 5) == answerer.answer(text, roles: roles, seed: 5))
        #expect(try answerer.answer(text, roles: roles, seed: 5).localICE != answerer.answer(text, roles: roles, seed: 6).localICE)
    }

    static let feedback: [(OfferFixture, [String])] = [
        (.chromiumPlain, ["transport-cc", "goog-remb", "ccm fir", "nack", "nack pli"]),
        (.firefoxPlain, ["transport-cc", "goog-remb", "ccm fir", "nack", "nack pli"]),
        // The extension that transport-cc needs is not offered by GStreamer, nor either of them by aiortc and OBS.
        (.gstreamerSend, ["ccm fir", "nack", "nack pli"]),
        (.aiortc, ["goog-remb", "nack", "nack pli"]),
        (.obs, ["goog-remb", "nack", "nack pli"]),
    ]

    @Test(arguments: feedback)
    func publishersGetTheFeedbackTheyOffer(_ fixture: OfferFixture, _ words: [String]) throws {
        let negotiation = try answerer.answer(try fixture.text, roles: try fixture.roles)
        let video = try #require(try negotiation.parsed.media.first { $0.media == "video" })
        let first = try #require(video.formats.first)
        let given = video.values("rtcp-fb").filter { $0.hasPrefix("\(first) ") }.map { String($0.dropFirst(first.count + 1)) }
        #expect(Set(given) == Set(words))
        let feedback = try #require(negotiation.sections.receive.first { $0.source == .camera }).feedback
        #expect(feedback.contains(.nack) && feedback.contains(.pli))
        #expect(feedback.contains(.transportCC) == words.contains("transport-cc"))
        #expect(feedback.contains(.remb) == words.contains("goog-remb"))
        #expect(feedback.contains(.fir) == words.contains("ccm fir"))
    }

    @Test func chromiumPublishesVP8FirstThenVP9ProfileZeroThenConstrainedBaseline() throws {
        let negotiation = try answerer.answer(try OfferFixture.chromiumPlain.text, roles: SectionRoles(publish: ["1": .camera]))
        let section = try #require(try negotiation.section("1"))
        #expect(section.formats == ["96", "97", "98", "99", "108", "109"])
        #expect(
            section.values("rtpmap") == ["96 VP8/90000", "97 rtx/90000", "98 VP9/90000", "99 rtx/90000", "108 H264/90000", "109 rtx/90000"])
        #expect(
            section.values("fmtp") == [
                "97 apt=96", "98 profile-id=0", "99 apt=98",
                "108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", "109 apt=108",
            ])
        #expect(
            negotiation.sections.receive[0].codecs == [
                CodecParameters(codec: .vp8, payloadType: PayloadType(96), rtxPayloadType: PayloadType(97)),
                CodecParameters(
                    codec: .vp9, payloadType: PayloadType(98), rtxPayloadType: PayloadType(99), formatParameters: "profile-id=0"),
                CodecParameters(
                    codec: .h264, payloadType: PayloadType(108), rtxPayloadType: PayloadType(109),
                    formatParameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
            ])
        // The audio line had no role: refused, and out of the bundle.
        #expect(try negotiation.section("0")?.port == 0)
        #expect(try negotiation.parsed["group"] == "BUNDLE 1")
        #expect(try negotiation.section("1")?["candidate"] != nil)
    }

    @Test func firefoxVP9WithoutProfileIsProfileZero() throws {
        let negotiation = try answerer.answer(try OfferFixture.firefoxPlain.text, roles: try OfferFixture.firefoxPlain.roles)
        let section = try #require(try negotiation.section("1"))
        #expect(section.formats == ["120", "124", "121", "125"])
        // Firefox's own max-fs would make it send small pictures if we repeated it.
        #expect(section.values("fmtp") == ["124 apt=120", "125 apt=121"])
    }

    @Test func obsIsAnsweredH264AndItsSessionLevelWordsAreRead() throws {
        let negotiation = try answerer.answer(try OfferFixture.obs.text, roles: try OfferFixture.obs.roles)
        #expect(negotiation.remoteICE == ICECredentials(ufrag: "mAqL", password: "+pZGd2JAZbd1vbIOinHBR4"))
        #expect(negotiation.sections.receive.map(\.source) == [.microphone, .camera])
        #expect(negotiation.sections.receive[1].codecs.map(\.codec) == [.h264])
        #expect(negotiation.sections.receive[1].ssrcs == [DeclaredSSRC(ssrc: SSRC(3_017_640_414))])
        #expect(try negotiation.section("0")?["fmtp"] == "111 minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=64000;stereo=1")
    }

    @Test func gstreamerBundleOnlyAudioIsAliveThoughItsPortIsZero() throws {
        let negotiation = try answerer.answer(try OfferFixture.gstreamerSend.text, roles: try OfferFixture.gstreamerSend.roles)
        #expect(negotiation.sections.receive.map(\.mid) == ["video0", "audio1"])
        #expect(negotiation.sections.receive[0].ssrcs == [DeclaredSSRC(ssrc: SSRC(3_605_580_181), rtx: SSRC(1_101_072_924))])
        // Audio is not repaired, whatever is offered.
        #expect(try negotiation.section("audio1")?.formats == ["97"])
    }

    @Test func aiortcIsAnsweredWithoutTransportCCAndWithAbsSendTime() throws {
        let negotiation = try answerer.answer(try OfferFixture.aiortc.text, roles: try OfferFixture.aiortc.roles)
        let video = negotiation.sections.receive[0]
        #expect(video.source == .camera)
        #expect(video.extensions.absSendTime == 3 && video.extensions.mid == 1 && video.extensions.transportSequenceNumber == 0)
        #expect(video.codecs.map(\.codec) == [.vp8, .h264])
        #expect(video.codecs[1].payloadType == PayloadType(101))
        #expect(negotiation.remoteFingerprint.algorithm == .sha256)
        #expect(try negotiation.section("0")?["rtcp-rsize"] == nil)
    }

    @Test func opusIsAskedForTheVoiceTiersRate() throws {
        let answerer = Answerer.test(policy: NegotiationPolicy(audioBitrate: 48_000, usesDTX: false))
        let text = try OfferFixture.chromiumPlain.text
        let microphone = try answerer.answer(text, roles: SectionRoles(publish: ["0": .microphone])).section("0")
        #expect(microphone?.values("fmtp") == ["111 minptime=10;useinbandfec=1;maxaveragebitrate=48000"])
        let screen = try Answerer.test().answer(text, roles: SectionRoles(publish: ["0": .screenAudio])).section("0")
        #expect(screen?.values("fmtp") == ["111 minptime=10;useinbandfec=1;maxaveragebitrate=64000;stereo=1"])
        let firefox = try Answerer.test().answer(try OfferFixture.firefoxPlain.text, roles: SectionRoles(publish: ["0": .microphone]))
        #expect(try firefox.section("0")?.values("fmtp") == ["109 minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=64000;stereo=1"])
    }

    @Test func redIsStrippedUnlessThePolicyAllowsIt() throws {
        let text = try OfferFixture.chromiumPlain.text
        let roles = SectionRoles(publish: ["0": .microphone])
        let without = try answerer.answer(text, roles: roles)
        #expect(try without.section("0")?.formats == ["111"])
        #expect(without.sections.receive[0].codecs[0].redPayloadType == nil)
        let with = try Answerer.test(policy: NegotiationPolicy(allowsRED: true)).answer(text, roles: roles)
        #expect(try with.section("0")?.formats == ["63", "111"])
        #expect(try with.section("0")?.values("fmtp").first == "63 111/111")
        #expect(with.sections.receive[0].codecs[0].redPayloadType == PayloadType(63))
    }

    @Test func extensionsKeepTheirIdsAndTurnTheirDirections() throws {
        let chromium = try answerer.answer(try OfferFixture.chromiumSimulcast.text, roles: try OfferFixture.chromiumSimulcast.roles)
        #expect(
            try chromium.section("1")?.values("extmap") == [
                "3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "4 urn:ietf:params:rtp-hdrext:sdes:mid",
                "10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", "11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            ])
        #expect(try chromium.parsed["extmap-allow-mixed"] != nil)
        let firefox = try answerer.answer(try OfferFixture.firefoxSimulcast.text, roles: try OfferFixture.firefoxSimulcast.roles)
        #expect(
            try firefox.section("1")?.values("extmap") == [
                "3 urn:ietf:params:rtp-hdrext:sdes:mid", "7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
                "9/recvonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
                "10/recvonly urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            ])
        #expect(try firefox.section("1")?["extmap-allow-mixed"] != nil)
        #expect(try firefox.parsed["extmap-allow-mixed"] == nil)
        #expect(try firefox.section("0")?.values("extmap").first == "1 urn:ietf:params:rtp-hdrext:ssrc-audio-level")
    }

    @Test func longExtensionIdsNeedMixedHeaders() throws {
        let text = try OfferFixture.chromiumPlain.text.replacingOccurrences(
            of: "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", with: "a=extmap:20 urn:ietf:params:rtp-hdrext:sdes:mid")
        let roles = try OfferFixture.chromiumPlain.roles
        #expect(try answerer.answer(text, roles: roles).sections.receive[1].extensions.mid == 20)
        let unmixed = text.replacing(line: "a=extmap-allow-mixed", with: nil)
        #expect(try answerer.answer(unmixed, roles: roles).sections.receive[1].extensions.mid == 0)
    }

    @Test func payloadTypesThatLookLikeRTCPAreNotUsed() throws {
        let text = try OfferFixture.obs.text.replacingOccurrences(of: "SAVPF 96", with: "SAVPF 72").replacingOccurrences(
            of: ":96 ", with: ":72 ")
        let negotiation = try answerer.answer(text, roles: try OfferFixture.obs.roles)
        #expect(try negotiation.section("1")?.port == 0)
        #expect(negotiation.sections.receive.map(\.source) == [.microphone])
    }
}
