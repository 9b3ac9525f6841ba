import Logging
import Synchronization
import Testing

@testable import Control

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

struct JSONLogHandlerTests {
    private func logger(_ lines: Lines, _ clock: TestClock, linesPerSecond: Int = 20) -> Logger {
        let limiter = LogLimiter(linesPerSecond: linesPerSecond, clock: clock.clock)
        return Logger(label: "test") { _ in JSONLogHandler(service: "parley", limiter: limiter) { lines.append($0) } }
    }

    @Test func aLineHasTheSixFieldsOfN5() throws {
        let lines = Lines()
        var logger = logger(lines, TestClock(milliseconds: 1_700_000_000_123))
        logger[metadataKey: "trace_id"] = "abc"
        logger.info("hello \"you\"\n", metadata: ["user_id": "7", "port": "8089"])
        let line = try #require(lines.all.first)
        #expect(line.hasSuffix("}\n"))
        let json = try JSONValue(parsing: line.utf8)
        #expect(json["timestamp"] == "2023-11-14T22:13:20.123000+00:00")
        #expect(json["level"] == "INFO")
        #expect(json["service"] == "parley")
        #expect(json["trace_id"] == "abc")
        #expect(json["user_id"] == "7")
        #expect(json["message"] == "hello \"you\"\n")
        #expect(json["port"] == "8089")
    }

    /// Guard: the limiter. With it off, 1,000,000 lines would be some 150 MB; the promise is less than 1 MiB.
    @Test func aFloodOfOneKindIsSummedUp() throws {
        let lines = Lines()
        let clock = TestClock()
        let logger = logger(lines, clock)
        func flood(_ count: Int) { for index in 0..<count { logger.warning("bad packet", metadata: ["n": "\(index)"]) } }
        flood(100_000)
        #expect(lines.all.count == 20)
        clock.advance(by: .seconds(1))
        logger.warning("another place is another kind")
        flood(1)
        #expect(lines.all.count == 22)
        #expect(try JSONValue(parsing: lines.all[21].utf8)["suppressed"] == 99_980)
    }

    @Test func whatAClientSentCannotMakeALineLong() {
        let lines = Lines()
        logger(lines, TestClock()).info("\(String(repeating: "x", count: 1_000_000))")
        #expect(lines.all[0].utf8.count < 4096)
    }
}
