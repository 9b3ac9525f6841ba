import Foundation
import RTP
import SFU
import Testing

@testable import Signaling

@Suite struct SimulcastAnswerTests {
    private let answerer = Answerer.test()

    @Test(arguments: [OfferFixture.chromiumSimulcast, .firefoxSimulcast])
    func layersAreReceivedInTheOffersOrder(_ fixture: OfferFixture) throws {
        let negotiation = try answerer.answer(try fixture.text, roles: try fixture.roles)
        let section = try #require(try negotiation.section("1"))
        #expect(section["recvonly"] != nil)
        #expect(section.values("rid") == ["q recv", "h recv", "f recv"])
        #expect(section.values("simulcast") == ["recv q;h;f"])
        // No source of ours is declared where the client sends.
        #expect(section["ssrc"] == nil && section["msid"] == nil)
        let receive = try #require(negotiation.sections.receive.first { $0.mid == "1" })
        #expect(receive.rids == ["q", "h", "f"])
        // Firefox's lines do not say which rid is whose.
        #expect(receive.ssrcs.isEmpty)
        #expect(receive.extensions.mid != 0 && receive.extensions.rid != 0 && receive.extensions.repairedRID != 0)
        #expect(receive.codecs[0].rtxPayloadType != nil)
    }

    @Test func theOrderIsTheOffersWhateverItIs() throws {
        let text = try OfferFixture.chromiumSimulcast.text.replacing(line: "a=simulcast:send q;h;f", with: "a=simulcast:send f;~q;h")
        let section = try answerer.answer(text, roles: try OfferFixture.chromiumSimulcast.roles).section("1")
        #expect(section?.values("rid") == ["f recv", "q recv", "h recv"])
        #expect(section?.values("simulcast") == ["recv f;q;h"])
    }

    @Test func undeclaredRidsAreLeftOut() throws {
        let text = try OfferFixture.chromiumSimulcast.text.replacing(line: "a=rid:h send", with: nil)
        let section = try answerer.answer(text, roles: try OfferFixture.chromiumSimulcast.roles).section("1")
        #expect(section?.values("simulcast") == ["recv q;f"])
    }

    /// Without the RID extension nobody could tell the layers apart.
    @Test func withoutTheRidExtensionThereIsNoSimulcast() throws {
        let text = try OfferFixture.chromiumSimulcast.text.replacing(
            line: "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", with: nil)
        let negotiation = try answerer.answer(text, roles: try OfferFixture.chromiumSimulcast.roles)
        #expect(try negotiation.section("1")?["simulcast"] == nil)
        #expect(negotiation.sections.receive[1].rids.isEmpty)
    }

    // Guard: `maxEncodings`. Raised by hand once, this went red.
    @Test func moreLayersThanThePolicyAllowsAreCut() throws {
        let rids = (0..<9).map { "r\($0)" }
        let text = try OfferFixture.chromiumSimulcast.text.replacing(
            line: "a=simulcast:send q;h;f",
            with: (rids.map { "a=rid:\($0) send" } + ["a=simulcast:send \(rids.joined(separator: ";"))"]).joined(separator: "\r\n"))
        let negotiation = try answerer.answer(text, roles: try OfferFixture.chromiumSimulcast.roles)
        #expect(negotiation.sections.receive[1].rids == ["r0", "r1", "r2", "r3"])
    }
}
