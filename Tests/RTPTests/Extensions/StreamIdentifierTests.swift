import RTP
import Testing

@Suite struct StreamIdentifierTests {
    @Test(arguments: ["0", "q", "hi", "audio-1", "01234567", "012345678", "0123456789abcdef", "~!"]) func stringsComeBack(string: String)
        throws
    {
        let identifier = try #require(StreamIdentifier(string))
        #expect(String(describing: identifier) == string)
        #expect(identifier.count == string.utf8.count)
        #expect((0..<identifier.count).map { identifier[$0] } == Array(string.utf8))
    }

    @Test(arguments: ["", "0123456789abcdefg", "a b", "é", "tab\t", "\u{7F}", "\0"]) func othersAreRefused(string: String) {
        #expect(StreamIdentifier(string) == nil)
    }

    @Test func identifiersOfDifferentLengthDiffer() {
        #expect(StreamIdentifier("a") != StreamIdentifier("aa"))
        #expect(StreamIdentifier("01234567") != StreamIdentifier("012345678"))
        #expect(Set(["f", "h", "q", "f"].compactMap { StreamIdentifier($0) }).count == 3)
    }
}
