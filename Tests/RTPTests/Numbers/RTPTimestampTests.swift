import RTP
import Testing

@Suite struct RTPTimestampTests {
    static let seams: [(UInt32, UInt32, Int)] = [
        (0, 0, 0), (1, 0, 1), (0, .max, 1), (.max, 0, -1), (0x7FFF_FFFF, 0, 0x7FFF_FFFF), (0x8000_0000, 0, -0x8000_0000),
        (0, 0x8000_0000, -0x8000_0000), (0x8000_0001, 0, -0x7FFF_FFFF), (960, 0xFFFF_FFFF, 961),
    ]

    @Test(arguments: seams) func distanceGoesTheShorterWay(later: UInt32, earlier: UInt32, distance: Int) {
        #expect(RTPTimestamp(later).distance(from: RTPTimestamp(earlier)) == distance)
        #expect(RTPTimestamp(later).isNewer(than: RTPTimestamp(earlier)) == (distance > 0))
    }

    @Test func addingWraps() {
        #expect(RTPTimestamp(.max) &+ 960 == RTPTimestamp(959))
        #expect(RTPTimestamp(0) &- 960 == RTPTimestamp(0xFFFF_FC40))
        #expect(RTPTimestamp(1) &+ -2 == RTPTimestamp(.max))
    }

    @Test func unwrapsTwiceRoundAndBackwards() {
        var unwrapper = TimestampUnwrapper()
        let step = 0x1000_0000
        for count in 0...32 {
            #expect(unwrapper.unwrap(RTPTimestamp(0xFFFF_FF00) &+ count * step) == 1 << 32 + 0xFFFF_FF00 + Int64(count * step))
        }
        let highest = unwrapper.highest
        #expect(unwrapper.unwrap(RTPTimestamp(0xFFFF_FEFF)) == highest.map { $0 - 1 })
        #expect(unwrapper.highest == highest)
    }
}
