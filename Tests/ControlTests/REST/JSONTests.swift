import Testing

@testable import Control

struct JSONTests {
    @Test func roundTrips() throws {
        for text in [
            "null", "true", "[]", "{}", #"{"a":1,"b":[-1,18446744073709551615,0.5],"c":{"d":null}}"#, #""é😀\"\\\n\u0001""#,
            "-9223372036854775808",
        ] {
            #expect(try JSONValue(parsing: text.utf8).text == text)
        }
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#.utf8)["a"] == 2, "as in JavaScript the last counts")
        #expect(try JSONValue(parsing: #" [ 1 , "😀\/" ] "#.utf8) == [1, "😀/"])
        #expect(try JSONValue(parsing: "9007199254740993".utf8) == .int(9_007_199_254_740_993), "beyond 2^53 to the last digit")
    }

    /// Every one of these must be an error, never a trap.
    @Test func nonsenseIsRefused() {
        let deep = String(repeating: "[", count: 100_000)
        for text in [
            "", " ", "nul", "01", "-", "1.", "1e", "+1", ".5", "1e999", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"", "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "1 1", "{}{}", "[", "{\"a\":1", deep, "NaN", "'a'",
            "\u{FEFF}1",
        ] {
            #expect(throws: JSONParseError.self, "\(text.prefix(20))") { try JSONValue(parsing: text.utf8) }
        }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0xFF]) }
    }

    /// A document cut at every length is an error each time.
    @Test func truncationIsAnError() throws {
        let text = #"{"op":2,"d":{"token":"é\u00e9","n":[1,2.5e3,true,null]}}"#
        let bytes = Array(text.utf8)
        _ = try JSONValue(parsing: bytes)
        for length in 0..<bytes.count { #expect(throws: JSONParseError.self) { try JSONValue(parsing: bytes.prefix(length)) } }
    }

    /// Seeded mutations: whatever comes, an answer and no trap.
    @Test func mutationsNeverTrap() throws {
        let seed = Array(#"{"op":2,"d":{"token":"\ud83d\ude00","n":[1,-2.5e3,true,null,"x"],"o":{}}}"#.utf8)
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
            if let value = try? JSONValue(parsing: bytes) { #expect(try JSONValue(parsing: value.bytes) == value) }
        }
    }
}
