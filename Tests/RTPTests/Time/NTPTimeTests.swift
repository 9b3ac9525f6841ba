import RTP
import Testing

@Suite struct NTPTimeTests {
    /// RFC 5905, figure 4: 1 January 1970 is second 2,208,988,800 of era 0.
    @Test func theUnixEpochIsWhereTheStandardPutsIt() {
        #expect(NTPTime(unixNanoseconds: 0) == NTPTime(seconds: 2_208_988_800, fraction: 0))
        #expect(NTPTime(unixNanoseconds: 500_000_000) == NTPTime(seconds: 2_208_988_800, fraction: 0x8000_0000))
        #expect(NTPTime(unixNanoseconds: -250_000_000) == NTPTime(seconds: 2_208_988_799, fraction: 0xC000_0000))
    }

    @Test func crossesTheEndOfTheEra() {
        let last = NTPTime(seconds: .max, fraction: 0x8000_0000)
        let first = last.advanced(by: .seconds(1))
        #expect(first == NTPTime(seconds: 0, fraction: 0x8000_0000))
        #expect(first - last == .seconds(1))
        #expect(last - first == .seconds(-1))
        #expect(first.advanced(by: .seconds(-1)) == last)
    }

    @Test(arguments: [0, 1, 999_999_999, 1_000_000_000, 86_400_000_000_000, -1_500_000_000] as [Int64])
    func advancingAndSubtractingAgreeToANanosecond(nanoseconds: Int64) {
        let start = NTPTime(unixNanoseconds: 1_800_000_000_123_456_789)
        #expect(abs(start.advanced(byNanoseconds: nanoseconds).nanoseconds(since: start) - nanoseconds) <= 1)
    }

    @Test func theMiddleBitsAreWhatReportsCarry() {
        #expect(NTPTime(0xE0A1_B2C3_D4E5_F607).middle32 == 0xB2C3_D4E5)
    }

    @Test func delaysAreHeldAtTheEnds() {
        #expect(NTPTime.shortFormat(.seconds(1)) == 0x1_0000)
        #expect(NTPTime.shortFormat(.milliseconds(500)) == 0x8000)
        #expect(NTPTime.shortFormat(.seconds(-1)) == 0)
        #expect(NTPTime.shortFormat(.seconds(65_534)) == 0xFFFE_0000)
        #expect(NTPTime.shortFormat(.seconds(70_000)) == .max)
        #expect(NTPTime.shortFormat(.seconds(Int64.max)) == .max)
    }

    /// RFC 3550 figure 2: A = 0xb710:8000, LSR = 0xb705:2000, DLSR = 0x0005:4000, round trip 6.125 s.
    @Test func roundTripIsTheStandardsExample() {
        let arrival = NTPTime(seconds: 0xB44D_B710, fraction: 0x8000_0000)
        #expect(NTPTime.roundTrip(arrival: arrival, lastReport: 0xB705_2000, delay: 0x0005_4000) == .milliseconds(6_125))
    }

    @Test func nonsenseGivesNoRoundTrip() {
        let arrival = NTPTime(seconds: 0xB44D_B710, fraction: 0x8000_0000)
        #expect(NTPTime.roundTrip(arrival: arrival, lastReport: 0, delay: 0) == nil)
        #expect(NTPTime.roundTrip(arrival: arrival, lastReport: 0xB711_8000, delay: 0) == nil)
        #expect(NTPTime.roundTrip(arrival: arrival, lastReport: 0xB600_8000, delay: 0) == nil)
        #expect(NTPTime.roundTrip(arrival: arrival, lastReport: 0xB705_2000, delay: .max) == nil)
        // A hair below zero is rounding on a fast link.
        #expect(NTPTime.roundTrip(arrival: arrival, lastReport: 0xB710_8001, delay: 0) == .zero)
    }
}
