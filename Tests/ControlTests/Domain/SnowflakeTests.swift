import Testing

@testable import Control

struct SnowflakeTests {
    @Test func parsesOnlyDecimalDigits() {
        #expect(Snowflake("175928847299117063")?.rawValue == 175_928_847_299_117_063)
        for text in ["", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616", "１"] {
            #expect(Snowflake(text) == nil, "\(text)")
        }
    }

    /// discord.com/developers: the id of the documentation's own example.
    @Test func tellsWhenItWasMade() {
        #expect(Snowflake(175_928_847_299_117_063).timestamp.milliseconds == 1_462_015_105_796)
    }
}
