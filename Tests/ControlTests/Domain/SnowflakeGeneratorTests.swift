import Testing

@testable import Control

struct SnowflakeGeneratorTests {
    @Test func idsRiseWhateverTheClockDoes() {
        let clock = TestClock()
        let generator = SnowflakeGenerator(clock: clock.clock)
        var last = Snowflake(0)
        for step in [0, 0, 1, 0, -5000, 0, -86_400_000, 3, 100_000_000, -1, 0] {
            clock.advance(by: .milliseconds(step))
            for _ in 0..<10_000 {
                let next = generator.next()
                #expect(next > last)
                last = next
            }
        }
    }

    @Test func idsTellTheTime() {
        let clock = TestClock(milliseconds: 1_700_000_000_123)
        #expect(SnowflakeGenerator(clock: clock.clock).next().timestamp.milliseconds == 1_700_000_000_123)
    }

    @Test func manyTasksGetManyIds() async {
        let generator = SnowflakeGenerator(clock: .system)
        let ids = await withTaskGroup(of: [Snowflake].self) { group in
            for _ in 0..<16 { group.addTask { (0..<2000).map { _ in generator.next() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 32_000)
    }
}
