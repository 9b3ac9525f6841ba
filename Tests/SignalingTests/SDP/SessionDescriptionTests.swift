import Foundation
import Testing

@testable import Signaling

@Suite struct SessionDescriptionTests {
    @Test(arguments: OfferFixture.allCases) func roundTripKeepsEveryByte(_ fixture: OfferFixture) throws {
        let text = try fixture.text
        #expect(try SessionDescription(parsing: text).write() == text)
    }

    @Test(arguments: OfferFixture.allCases) func lineFeedsAloneAreTaken(_ fixture: OfferFixture) throws {
        let text = try fixture.text
        #expect(try SessionDescription(parsing: text.replacingOccurrences(of: "\r\n", with: "\n")) == SessionDescription(parsing: text))
    }

    /// Cut at every length: an error or a shorter description, never a trap.
    @Test func cutAtEveryLength() throws {
        let text = try OfferFixture.aiortc.text
        for length in 0..<text.utf8.count {
            let cut = String(decoding: text.utf8.prefix(length), as: UTF8.self)
            _ = try? SessionDescription(parsing: cut)
        }
        #expect(throws: SDPError(.missingVersion, line: 0)) { try SessionDescription(parsing: "") }
    }

    static let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"

    static let malformed: [(text: String, reason: SDPError.Reason, line: Int)] = [
        ("v=1\r\n", .missingVersion, 1),
        ("o=- 1 1 IN IP4 0.0.0.0\r\n", .missingVersion, 1),
        ("v=0\r\ns=-\r\n", .missingOrigin, 2),
        ("v=0\r\no=- 1 1 IN IP4\r\n", .missingOrigin, 2),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nt=0 0\r\n", .missingName, 3),
        (head + "hello\r\n", .notALine, 5),
        (head + "\r\n", .notALine, 5),
        (head + "x=1\r\n", .misplacedLine, 5),
        (head + "v=0\r\n", .misplacedLine, 5),
        (head + "a=mid:\u{0}\r\n", .controlCharacter, 5),
        (head + "a=mid:0\ra=x\r\n", .controlCharacter, 5),
        (head + "a=:0\r\n", .badAttribute, 5),
        (head + "m=audio\r\n", .badMediaLine, 5),
        (head + "m=audio 70000 UDP/TLS/RTP/SAVPF 0\r\n", .badMediaLine, 5),
        (head + "m=audio 9/2 UDP/TLS/RTP/SAVPF 0\r\n", .badMediaLine, 5),
        (head + "m=audio -1 UDP/TLS/RTP/SAVPF 0\r\n", .badMediaLine, 5),
        (head + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nt=0 0\r\n", .misplacedLine, 6),
    ]

    @Test(arguments: malformed.indices) func errorsNameTheLine(_ index: Int) {
        let (text, reason, line) = Self.malformed[index]
        #expect(throws: SDPError(reason, line: line)) { try SessionDescription(parsing: text) }
    }

    // Guards of reliability.md B9 (caps). Each was raised to .max by hand once and its row went red.
    static let caps: [(String, SDPError.Reason, String)] = [
        ("bytes", .tooLong, head + String(repeating: "a=x:" + String(repeating: "y", count: 1000) + "\r\n", count: 131)),
        ("lines", .tooManyLines, head + String(repeating: "b=AS:1\r\n", count: 8190)),
        ("line", .lineTooLong, head + "a=x:" + String(repeating: "y", count: 4093) + "\r\n"),
        ("sections", .tooManySections, head + String(repeating: "m=audio 9 RTP/AVP 0\r\n", count: 65)),
        ("attributes", .tooManyAttributes, head + String(repeating: "a=x\r\n", count: 1025)),
        ("section attributes", .tooManyAttributes, head + "m=audio 9 RTP/AVP 0\r\n" + String(repeating: "a=x\r\n", count: 1025)),
        ("formats", .tooManyFormats, head + "m=audio 9 RTP/AVP" + String(repeating: " 0", count: 129) + "\r\n"),
    ]

    @Test(arguments: caps.indices) func capsRefuseOneTooMany(_ index: Int) {
        let (_, reason, text) = Self.caps[index]
        let error = #expect(throws: SDPError.self) { try SessionDescription(parsing: text) }
        #expect(error?.reason == reason)
    }

    @Test func capsAllowTheLastOne() throws {
        _ = try SessionDescription(parsing: Self.head + String(repeating: "b=AS:1\r\n", count: 8188))
        _ = try SessionDescription(parsing: Self.head + "a=x:" + String(repeating: "y", count: 4092) + "\r\n")
        _ = try SessionDescription(parsing: Self.head + String(repeating: "m=audio 9 RTP/AVP 0\r\n", count: 64))
        _ = try SessionDescription(parsing: Self.head + String(repeating: "a=x\r\n", count: 1024))
        _ = try SessionDescription(parsing: Self.head + "m=audio 9 RTP/AVP" + String(repeating: " 0", count: 128) + "\r\n")
    }

    @Test func aCombiningAccentDoesNotHideASeparator() throws {
        let session = try SessionDescription(parsing: Self.head + "a=mid:\u{301}0\r\n")
        #expect(session["mid"] == "\u{301}0")
    }
}
