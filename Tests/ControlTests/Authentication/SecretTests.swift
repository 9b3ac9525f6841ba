import Testing

@testable import Control

/// B26: secrets kept in memory. `==` on their texts would tell by its time how much of a guess is right; the type has no other `==` than its own.
struct SecretTests {
    /// Guard: the comparison in `Secret.matches`.
    @Test func onlyTheWholeTextMatches() {
        let text = "1b1ea8c805e42487545cde128360993d"
        let secret = Secret(text)
        #expect(secret.matches(text))
        #expect(secret == Secret(text))
        for index in text.indices {
            var other = text
            other.replaceSubrange(index...index, with: "x")
            #expect(!secret.matches(other))
            #expect(!secret.matches(String(text[..<index])))
        }
        #expect(!secret.matches(text + "0") && secret != Secret(""))
    }

    @Test func itIsNotPrinted() {
        #expect("\(Secret("hidden"))" == "(secret)")
        #expect(!String(reflecting: Secret("hidden")).contains("hidden"))
    }
}
