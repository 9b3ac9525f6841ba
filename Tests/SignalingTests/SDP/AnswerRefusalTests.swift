import Foundation
import RTP
import SFU
import Testing

@testable import Signaling

/// Offers that get no answer, each for its reason. Each check that can be taken out was taken out once, and its row went red.
@Suite struct AnswerRefusalTests {
    private let answerer = Answerer.test()

    private func refusal(_ fixture: OfferFixture = .chromiumPlain, _ change: (String) -> String) throws -> AnswerRefusal? {
        let text = change(try fixture.text)
        return #expect(throws: AnswerRefusal.self) { try answerer.answer(text, roles: try fixture.roles) }
    }

    @Test func withoutABundle() throws {
        #expect(try refusal { $0.replacing(line: "a=group:BUNDLE 0 1", with: nil) } == .bundleRequired)
        #expect(try refusal { $0.replacing(line: "a=group:BUNDLE 0 1", with: "a=group:LS 0 1") } == .bundleRequired)
    }

    @Test func withTwoBundles() throws {
        #expect(try refusal { $0.replacing(line: "a=group:BUNDLE 0 1", with: "a=group:BUNDLE 0\r\na=group:BUNDLE 1") } == .severalBundles)
    }

    @Test func withASectionOutsideTheBundle() throws {
        #expect(try refusal { $0.replacing(line: "a=group:BUNDLE 0 1", with: "a=group:BUNDLE 0") } == .notBundled(mid: "1"))
    }

    @Test func withoutAMid() throws {
        let line = try number(of: "m=video")
        #expect(try refusal { $0.replacing(line: "a=mid:1", with: nil) } == .missingMid(line: line))
    }

    /// Where in the offer a line stands, counted from 1.
    private func number(of prefix: String) throws -> Int {
        let lines = try OfferFixture.chromiumPlain.text.components(separatedBy: "\r\n")
        return try #require(lines.firstIndex { $0.hasPrefix(prefix) }) + 1
    }

    @Test func withTheSameMidTwice() throws {
        #expect(try refusal { $0.replacing(line: "a=mid:1", with: "a=mid:0") } == .duplicateMid("0"))
    }

    @Test func withoutMultiplexedRTCP() throws { #expect(try refusal { $0.replacing(line: "a=rtcp-mux", with: nil) } == .rtcpMuxRequired) }

    @Test func fromAnotherLiteAgent() throws {
        #expect(try refusal { $0.replacing(line: "t=0 0", with: "t=0 0\r\na=ice-lite") } == .iceLiteOffer)
    }

    @Test func withoutCredentials() throws {
        #expect(try refusal(.obs) { $0.replacing(line: "a=ice-ufrag:mAqL", with: nil) } == .missingCredentials)
        #expect(try refusal(.obs) { $0.replacing(line: "a=ice-ufrag:mAqL", with: "a=ice-ufrag:mAq") } == .missingCredentials)
        #expect(try refusal(.obs) { $0.replacing(line: "a=ice-ufrag:mAqL", with: "a=ice-ufrag:mA qL") } == .missingCredentials)
        let long = String(repeating: "x", count: 257)
        #expect(try refusal(.obs) { $0.replacing(line: "a=ice-ufrag:mAqL", with: "a=ice-ufrag:\(long)") } == .missingCredentials)
    }

    @Test func withoutAUsableFingerprint() throws {
        let text = try OfferFixture.obs.text
        let line = try #require(text.components(separatedBy: "\r\n").first { $0.hasPrefix("a=fingerprint") })
        #expect(try refusal(.obs) { $0.replacing(line: line, with: nil) } == .missingFingerprint)
        #expect(try refusal(.obs) { $0.replacing(line: line, with: "a=fingerprint:sha-1 00:11") } == .missingFingerprint)
    }

    @Test func fromADTLSServer() throws {
        #expect(try refusal { $0.replacingOccurrences(of: "a=setup:actpass", with: "a=setup:passive") } == .setupPassive)
        #expect(try refusal { $0.replacingOccurrences(of: "a=setup:actpass", with: "a=setup:holdconn") } == .setupPassive)
    }

    @Test func fromADTLSClientIsFine() throws {
        let text = try OfferFixture.chromiumPlain.text.replacingOccurrences(of: "a=setup:actpass", with: "a=setup:active")
        let negotiation = try answerer.answer(text, roles: try OfferFixture.chromiumPlain.roles)
        #expect(try negotiation.section("0")?["setup"] == "passive")
    }

    @Test func withOneExtensionIdForTwoThings() throws {
        let change = "a=extmap:1 urn:ietf:params:rtp-hdrext:toffset"
        #expect(
            try refusal { $0.replacing(line: "a=extmap:14 urn:ietf:params:rtp-hdrext:toffset", with: change) } == .extensionConflict(id: 1))
    }

    @Test func withARoleOfTheWrongKind() throws {
        let text = try OfferFixture.chromiumPlain.text
        #expect(throws: AnswerRefusal.roleKind(mid: "0")) { try answerer.answer(text, roles: SectionRoles(publish: ["0": .camera])) }
        #expect(throws: AnswerRefusal.roleKind(mid: "1")) { try answerer.answer(text, roles: SectionRoles(slots: ["1": .audio])) }
    }

    @Test func withOneSourceTwice() throws {
        let (text, roles) = try PageOffer(audioSlots: 0, videoSlots: 0, screens: 0, publish: [.camera, .screen]).build()
        var both = roles
        both.publish["1"] = .camera
        #expect(throws: AnswerRefusal.duplicateSource(.camera)) { try answerer.answer(text, roles: both) }
    }

    /// reliability.md B11: no usrsctp here; the data channel is refused.
    @Test(arguments: [OfferFixture.chromiumDatachannel, .firefoxDatachannel])
    func withADataChannelAlone(_ fixture: OfferFixture) throws {
        #expect(throws: AnswerRefusal.nothingUsable) { try answerer.answer(try fixture.text, roles: SectionRoles()) }
    }

    @Test func aDataChannelBesideMediaIsRefusedWithPortZero() throws {
        var offer = try OfferFixture.chromiumPlain.description
        var channel = try OfferFixture.chromiumDatachannel.description.media[0]
        channel.attributes = channel.attributes.map { $0.name == "mid" ? SDPAttribute("mid", "4") : $0 }
        // First in the m-lines and the bundle: its transport words count although it is refused.
        offer.media.insert(channel, at: 0)
        offer.attributes = offer.attributes.map { $0.name == "group" ? SDPAttribute("group", "BUNDLE 4 0 1") : $0 }
        let negotiation = try answerer.answer(offer.write(), roles: try OfferFixture.chromiumPlain.roles)
        let refused = try #require(try negotiation.section("4"))
        #expect(refused.words == ["mid:4", "inactive"])
        #expect((refused.port, refused.transport, refused.formats) == (0, "UDP/DTLS/SCTP", ["webrtc-datachannel"]))
        #expect(try negotiation.parsed["group"] == "BUNDLE 0 1")
        #expect(negotiation.remoteICE.ufrag == "1LcT")
        #expect(try negotiation.section("0")?["candidate"] != nil)
    }

    @Test func malformedTextNamesItsLine() throws {
        let line = try number(of: "a=mid:1")
        #expect(try refusal { $0.replacing(line: "a=mid:1", with: "a=mid:") } == .malformed(SDPError(.badIdentifier, line: line)))
        #expect(throws: AnswerRefusal.malformed(SDPError(.missingVersion, line: 0))) { try answerer.answer("", roles: SectionRoles()) }
    }

    @Test func everyRefusalHasAWordAndASentence() {
        let refusals: [AnswerRefusal] = [
            .malformed(SDPError(.notALine, line: 3)), .bundleRequired, .severalBundles, .notBundled(mid: "0"), .missingMid(line: 1),
            .duplicateMid("0"), .rtcpMuxRequired, .iceLiteOffer, .missingCredentials, .missingFingerprint, .fingerprintChanged,
            .setupPassive,
            .extensionConflict(id: 1), .roleKind(mid: "0"), .roleChanged(mid: "0"), .duplicateSource(.camera), .nothingUsable,
        ]
        #expect(Set(refusals.map(\.code)).count == refusals.count)
        #expect(Set(refusals.map(\.description)).count == refusals.count)
    }
}
