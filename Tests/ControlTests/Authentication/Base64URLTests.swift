import Testing

@testable import Control

struct Base64URLTests {
    /// RFC 4648 §10, with the padding taken off as §5 allows, and the two characters of §5 that differ from §4.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ]) func theStandardsVectors(plain: String, text: String)
    {
        #expect(Base64URL.encode(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test func theUrlAlphabetStandsForSixBitsEach() {
        // §5, table 2: 62 is "-", 63 is "_".
        #expect(Base64URL.decode("-_-_") == [0xFB, 0xFF, 0xBF])
        #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    /// Guards, each seen red: `faults`, the rest of the last character, and the length.
    @Test func everyOtherSpellingIsRefused() {
        for text in ["Zg==", "Zm8=", "=", "Zm9v\n", " Zm9v", "Zm9v+A", "Zm9v/A", "Zm9vé", "Z", "A", "AAAAA", "Zm9vY", "Zm9\0"] {
            #expect(Base64URL.decode(text) == nil, "\(text.debugDescription)")
        }
        // One byte has four bits to spare, two have two: only zeros are canonical (§3.5).
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(alphabet.filter { Base64URL.decode("Z\($0)") != nil } == ["A", "Q", "g", "w"])
        #expect(alphabet.count { Base64URL.decode("Zm\($0)") != nil } == 16)
        // All bytes that UTF-8 can have by themselves: 64 stand for something.
        #expect((UInt8(0)...127).count { Base64URL.decode("Zm9" + String(Character(Unicode.Scalar($0)))) != nil } == 64)
    }

    @Test func partsOfStringsAreReadToo() {
        let token = "Zm8.Zm9vYg.é"
        #expect(token.split(separator: ".").map { Base64URL.decode($0) } == [Array("fo".utf8), Array("foob".utf8), nil])
    }
}
