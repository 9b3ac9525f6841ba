import RTP
import SFU
import Testing

@testable import Signaling

@Suite struct OfferedSectionTests {
    private func section(_ lines: String, formats: String = "96 97") throws -> OfferedSection {
        let text = SessionDescriptionTests.head + "m=video 9 UDP/TLS/RTP/SAVPF \(formats)\r\n" + lines
        return try OfferedSection(try SessionDescription(parsing: text).media[0], limits: SDPLimits())
    }

    @Test func sourcesArePairedByTheirGroups() throws {
        let before = try section("a=ssrc-group:FID 1 2\r\na=ssrc:1 cname:a\r\na=ssrc:2 cname:a\r\n")
        let after = try section("a=ssrc:1 cname:a\r\na=ssrc:2 cname:a\r\na=ssrc-group:FID 1 2\r\n")
        #expect(before.sources == [DeclaredSSRC(ssrc: SSRC(1), rtx: SSRC(2))])
        #expect(after.sources == before.sources)
    }

    @Test func firefoxSimulcastDeclaresThreePairs() throws {
        let section = try OfferedSection(try OfferFixture.firefoxSimulcast.description.media[1], limits: SDPLimits())
        #expect(section.sources.map { $0.rtx != nil } == [true, true, true])
        #expect(section.simulcastRIDs == ["q", "h", "f"])
    }

    @Test func simulcastTakesTheFirstAlternativeAndIgnoresPauses() throws {
        let rids = "a=rid:1 send\r\na=rid:2 send\r\na=rid:3 send\r\n"
        #expect(try section(rids + "a=simulcast:send 3,1;~2\r\n").simulcastRIDs == ["3", "2"])
        #expect(try section(rids + "a=simulcast:recv 1 send 2;3\r\n").simulcastRIDs == ["2", "3"])
    }

    @Test func wildcardFeedbackReachesEveryFormatButDoesNotMultiply() throws {
        let words = (0..<1000).map { "a=rtcp-fb:* x\($0)\r\n" }.joined()
        let section = try section("a=rtcp-fb:* nack\r\n" + words)
        #expect(section.formats.allSatisfy { $0.feedback.contains("nack") && $0.feedback.count == 16 })
    }

    static let malformed: [(String, SDPError.Reason)] = [
        ("a=mid:\r\n", .badIdentifier),
        ("a=mid:12345678901234567\r\n", .badIdentifier),
        ("a=mid:a b\r\n", .badIdentifier),
        ("a=mid:0\r\na=mid:1\r\n", .duplicateAttribute),
        ("a=rid:12345678901234567 send\r\n", .badIdentifier),
        ("a=rid:1 sideways\r\n", .badAttribute),
        ("a=extmap:0 urn:x\r\n", .badExtensionID),
        ("a=extmap:256 urn:x\r\n", .badExtensionID),
        ("a=extmap:4352 urn:x\r\n", .badExtensionID),
        ("a=extmap:1/sideways urn:x\r\n", .badAttribute),
        ("a=extmap:1\r\n", .badAttribute),
        ("a=rtpmap:96 VP8\r\n", .badAttribute),
        ("a=rtpmap:128 VP8/90000\r\n", .badPayloadType),
        ("a=rtpmap:96 VP8/99999999999999999999\r\n", .badAttribute),
        ("a=fmtp:x y\r\n", .badPayloadType),
        ("a=ssrc:4294967296 cname:x\r\n", .badAttribute),
        ("a=ssrc-group:FID 1\r\n", .badAttribute),
        ("a=ssrc-group:FID 1 1\r\n", .badAttribute),
        ("a=setup:sometimes\r\n", .badAttribute),
        ("a=fingerprint:sha-256 AB:CD\r\n", .badAttribute),
        ("a=fingerprint:sha-256\r\n", .badAttribute),
    ]

    @Test(arguments: malformed)
    func malformedAttributesAreRefused(_ line: String, _ reason: SDPError.Reason) {
        let error = #expect(throws: SDPError.self) { try section(line) }
        #expect(error?.reason == reason)
        #expect(error?.line ?? 0 > 5)
    }

    // Guard of reliability.md B9: broken once by raising `SDPLimits.sources`.
    @Test func tooManySourcesAreRefused() throws {
        let lines = (1...65).map { "a=ssrc:\($0) cname:x\r\n" }.joined()
        #expect(throws: SDPError.self) { try section(lines) }
        let groups = (1...65).map { "a=ssrc-group:FID \($0) \($0 + 1000)\r\n" }.joined()
        #expect(throws: SDPError.self) { try section(groups) }
    }

    @Test(arguments: ["128", "-1", "x", "96 96", "+5"]) func badPayloadTypesAreRefused(_ formats: String) {
        let error = #expect(throws: SDPError.self) { try section("", formats: formats) }
        #expect(error?.reason == .badPayloadType)
    }

    @Test func fingerprintsOfUnknownAlgorithmsAreSkipped() throws {
        let aiortc = try OfferedSection(try OfferFixture.aiortc.description.media[0], limits: SDPLimits())
        #expect(aiortc.transport.fingerprints.map(\.algorithm) == [.sha256, .sha384, .sha512])
        #expect(aiortc.transport.fingerprint?.algorithm == .sha256)
        #expect(try section("a=fingerprint:md5 00:11\r\n").transport.fingerprint == nil)
    }

    static let profiles: [(String?, H264Profile)] = [
        ("42e01f", .constrainedBaseline), ("42c015", .constrainedBaseline), ("42001f", .baseline), ("4d001f", .main),
        ("4d801f", .constrainedBaseline), ("640c1f", .high), (nil, .baseline),
    ]

    @Test(arguments: profiles)
    func h264ProfilesAreRead(_ id: String?, _ profile: H264Profile) { #expect(H264Profile(profileLevelID: id) == profile) }

    @Test(arguments: ["f4001f", "42e01", "+2e01f", "zzzzzz", ""]) func otherProfilesAreNone(_ id: String) {
        #expect(H264Profile(profileLevelID: id) == nil)
    }
}
