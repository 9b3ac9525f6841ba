import Testing

@testable import LoadGenerator

@Suite struct FieldScanTests {
    private let text = Array(#"{"op":10,"t":"READY","s":-3,"d":{"session_id":"abc","t":"other","x":null}}"#.utf8)

    @Test func theFirstFieldOfANameCounts() {
        #expect(FieldScan.int("op", in: text[...]) == 10)
        #expect(FieldScan.int("s", in: text[...]) == -3)
        #expect(FieldScan.string("t", in: text[...]) == "READY")
        #expect(FieldScan.string("session_id", in: text[5...]) == "abc")
    }

    @Test func whatIsNotThereOrNotThatIsNil() {
        #expect(FieldScan.string("y", in: text[...]) == nil)
        #expect(FieldScan.string("x", in: text[...]) == nil)
        #expect(FieldScan.int("t", in: text[...]) == nil)
        #expect(FieldScan.string("t", in: []) == nil)
    }

    /// The end may be anywhere.
    @Test func everyCutIsSurvived() {
        for cut in 0..<text.count {
            _ = FieldScan.string("session_id", in: text[..<cut])
            _ = FieldScan.int("x", in: text[..<cut])
        }
    }
}
