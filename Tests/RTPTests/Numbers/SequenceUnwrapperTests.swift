import RTP
import Testing

@Suite struct SequenceUnwrapperTests {
    @Test(arguments: [0, 1, 32_767, 32_768, 65_535] as [UInt16]) func goesTwiceRoundFromAnySeam(first: UInt16) {
        var unwrapper = SequenceUnwrapper()
        for step in 0...131_072 {
            let unwrapped = unwrapper.unwrap(SequenceNumber(first) &+ step)
            if unwrapped.rawValue != 65_536 + UInt64(first) + UInt64(step) {
                Issue.record("step \(step) from \(first) gave \(unwrapped)")
                return
            }
        }
    }

    /// (numbers in order of arrival, what each unwraps to)
    static let tables: [([UInt16], [UInt64])] = [
        ([65_535, 0, 65_534, 1], [131_071, 131_072, 131_070, 131_073]),
        ([0, 65_535, 1], [65_536, 65_535, 65_537]),
        ([0, 32_767, 65_534, 65_535, 32_766], [65_536, 98_303, 131_070, 131_071, 163_838]),
        ([0, 32_768], [65_536, 32_768]),
        ([32_768, 0], [98_304, 65_536]),
        ([10, 10, 10], [65_546, 65_546, 65_546]),
    ]

    @Test(arguments: tables) func placesEachNumberNearTheHighest(arrivals: [UInt16], expected: [UInt64]) {
        var unwrapper = SequenceUnwrapper()
        #expect(arrivals.map { unwrapper.unwrap(SequenceNumber($0)).rawValue } == expected)
        #expect(unwrapper.highest?.rawValue == expected.max())
    }

    @Test func aPeerCannotDriveItBelowZero() {
        var unwrapper = SequenceUnwrapper()
        var number = SequenceNumber(0)
        for _ in 0..<10 {
            #expect(unwrapper.unwrap(number).rawValue >= 32_768)
            number = number &- 32_767
        }
    }

    @Test func lookingDoesNotRemember() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.extended(SequenceNumber(5)).rawValue == 65_541)
        #expect(unwrapper.highest == nil)
        _ = unwrapper.unwrap(SequenceNumber(5))
        #expect(unwrapper.extended(SequenceNumber(9)).rawValue == 65_545)
        #expect(unwrapper.highest?.rawValue == 65_541)
    }

    @Test func extendedNumbersKeepTheirSixteenBitsAndOrder() {
        let number = ExtendedSequenceNumber(0x3_FFFF)
        #expect(number.sequenceNumber == SequenceNumber(65_535))
        #expect(number < number &+ 1 && (number &+ 1).sequenceNumber == SequenceNumber(0))
        #expect((number &- 3).distance(from: number) == -3)
    }
}
