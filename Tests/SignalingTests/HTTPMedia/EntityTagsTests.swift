import Testing

@testable import Signaling

@Suite struct EntityTagsTests {
    @Test func listsAndTheStarAreRead() {
        #expect(EntityTags("*") == .any)
        #expect(EntityTags(" * ") == .any)
        #expect(EntityTags("\"a\", \"b\"").matches("\"b\""))
        #expect(!EntityTags("\"a\"").matches("\"b\""))
        #expect(!EntityTags("W/\"a\"").matches("\"a\""))
        #expect(!EntityTags("").matches("\"a\""))
        #expect(!EntityTags("*, \"b\"").matches("\"a\""))
    }
}
