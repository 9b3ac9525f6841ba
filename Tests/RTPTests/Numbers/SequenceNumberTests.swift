import RTP
import Testing

@Suite struct SequenceNumberTests {
    /// (later, earlier, distance)
    static let seams: [(UInt16, UInt16, Int)] = [
        (0, 0, 0), (1, 0, 1), (0, 1, -1), (0, 65_535, 1), (65_535, 0, -1), (1, 65_535, 2), (32_767, 0, 32_767), (0, 32_767, -32_767),
        (32_768, 0, -32_768), (0, 32_768, -32_768), (32_769, 0, -32_767), (0, 32_769, 32_767), (32_768, 1, 32_767),
        (32_766, 65_535, 32_767),
        (32_767, 65_535, -32_768), (65_535, 32_767, -32_768), (65_535, 32_768, 32_767),
    ]

    @Test(arguments: seams) func distanceGoesTheShorterWay(later: UInt16, earlier: UInt16, distance: Int) {
        #expect(SequenceNumber(later).distance(from: SequenceNumber(earlier)) == distance)
        #expect(SequenceNumber(later).isNewer(than: SequenceNumber(earlier)) == (distance > 0))
    }

    @Test func atHalfTheCircleNeitherIsNewer() {
        for number in [0, 1, 32_767, 32_768, 65_535] as [UInt16] {
            let opposite = SequenceNumber(number) &+ 32_768
            #expect(!opposite.isNewer(than: SequenceNumber(number)))
            #expect(!SequenceNumber(number).isNewer(than: opposite))
        }
    }

    @Test func addingWraps() {
        #expect(SequenceNumber(65_535) &+ 1 == SequenceNumber(0))
        #expect(SequenceNumber(0) &- 1 == SequenceNumber(65_535))
        #expect(SequenceNumber(7) &+ -8 == SequenceNumber(65_535))
        #expect(SequenceNumber(7) &+ 131_072 == SequenceNumber(7))
        #expect(SequenceNumber(0) &+ .max == SequenceNumber(65_535))
        #expect(SequenceNumber(0) &- .min == SequenceNumber(0))
    }
}
