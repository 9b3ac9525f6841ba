import Foundation
import Testing

@testable import Control

struct TimestampTests {
    @Test func writesWhatPythonReads() {
        let table: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00.000000+00:00"), (951_782_399_999, "2000-02-28T23:59:59.999000+00:00"),
            (951_782_400_000, "2000-02-29T00:00:00.000000+00:00"), (1_709_164_800_001, "2024-02-29T00:00:00.001000+00:00"),
            (4_102_444_800_000, "2100-01-01T00:00:00.000000+00:00"), (-1, "1969-12-31T23:59:59.999000+00:00"),
        ]
        for (milliseconds, text) in table { #expect(Timestamp(milliseconds: milliseconds).iso8601 == text) }
    }

    /// Every day of 800 years against Foundation's calendar.
    @Test func agreesWithFoundation() throws {
        let style = Date.ISO8601FormatStyle(timeZone: try #require(TimeZone(secondsFromGMT: 0)))
        for day in stride(from: -60_000, to: 230_000, by: 97) {
            let seconds = Int64(day) * 86_400 + 43_210
            let ours = Timestamp(milliseconds: seconds * 1000).iso8601
            #expect(ours.prefix(19) == style.format(Date(timeIntervalSince1970: Double(seconds))).prefix(19))
        }
    }
}
