import Testing

@testable import SFU

@Suite struct StreamRewriterTests {
    private func packet(_ sequence: UInt64, timestamp: UInt32 = 0, picture: UInt16? = nil, tl0: UInt8? = nil) -> StoredPacket {
        var packet = StoredPacket()
        packet.sequence = sequence
        packet.timestamp = timestamp
        if let picture {
            packet.pictureID = picture
            packet.traits.insert(.hasPictureID)
        }
        if let tl0 {
            packet.tl0PictureIndex = tl0
            packet.traits.insert(.hasTL0PictureIndex)
        }
        return packet
    }

    private func started(at sequence: UInt64, random: UInt64 = 0) -> (StreamRewriter, UInt16) {
        var rewriter = StreamRewriter(random: random)
        rewriter.begin(at: packet(sequence), timestamp: 5_000)
        let first = rewriter.map(packet(sequence))?.sequence ?? 0
        return (rewriter, first)
    }

    /// Guard (reliability F 30): a stream that starts high may wrap before the receiver has its first packet, and then nothing decrypts. Broken by
    /// masking with 0xFFFF.
    @Test(arguments: [0, 1, 0x7FFF, 0x8000, 0xFFFF, UInt64.max]) func startsBelowHalf(random: UInt64) {
        #expect(started(at: 65_536 + 40_000, random: random).1 < 1 << 15)
    }

    @Test func whatTheNetworkLostStaysAGapAndIsFilledLate() {
        var (rewriter, first) = started(at: 100_000)
        #expect(rewriter.map(packet(100_003))?.sequence == first + 3)
        #expect(rewriter.map(packet(100_001))?.sequence == first + 1)
        #expect(rewriter.map(packet(100_004))?.sequence == first + 4)
    }

    @Test func whatIsDroppedOnPurposeClosesUp() {
        var (rewriter, first) = started(at: 100_000)
        #expect(rewriter.skip(packet(100_001)) == nil)
        #expect(rewriter.skip(packet(100_002)) == nil)
        #expect(rewriter.map(packet(100_003))?.sequence == first + 1)
        // 100_004 is lost, 100_005 dropped, 100_006 goes on: the lost one keeps its number.
        #expect(rewriter.skip(packet(100_005)) == nil)
        #expect(rewriter.map(packet(100_006))?.sequence == first + 3)
        #expect(rewriter.map(packet(100_004))?.sequence == first + 2, "late, under the shift of its place")
    }

    @Test func aLatePacketThatIsDroppedLeavesANumberToFill() {
        var (rewriter, first) = started(at: 100_000)
        _ = rewriter.map(packet(100_002))
        #expect(rewriter.skip(packet(100_001))?.sequence == first + 1)
        #expect(rewriter.map(packet(100_003))?.sequence == first + 3)
    }

    @Test func aLateOneOlderThanTheSourceIsDropped() {
        var (rewriter, _) = started(at: 100_000)
        #expect(rewriter.map(packet(99_999)) == nil)
        #expect(rewriter.skip(packet(99_999)) == nil)
    }

    @Test func onlySoManyShiftsAreRemembered() {
        var (rewriter, first) = started(at: 100_000)
        // Every second packet is dropped, fifty times; one before them all is missing.
        for i in UInt64(0)..<50 {
            _ = rewriter.map(packet(100_002 + i * 2))
            _ = rewriter.skip(packet(100_003 + i * 2))
        }
        #expect(rewriter.map(packet(100_001)) == nil, "its shift is forgotten, so its number is not known")
        #expect(rewriter.map(packet(100_102))?.sequence == first + 52)
    }

    @Test func aNewSourceContinuesNumbersPicturesAndTime() {
        var rewriter = StreamRewriter(random: 0)
        rewriter.begin(at: packet(70_000, timestamp: 900_000, picture: 32_767, tl0: 255), timestamp: 1_000)
        let a = rewriter.map(packet(70_000, timestamp: 900_000, picture: 32_767, tl0: 255))
        let b = rewriter.map(packet(70_001, timestamp: 903_000, picture: 0, tl0: 0))
        rewriter.begin(at: packet(120_000, timestamp: 7, picture: 500, tl0: 9), timestamp: 7_000)
        let c = rewriter.map(packet(120_000, timestamp: 7, picture: 500, tl0: 9))
        #expect(b?.timestamp == 4_000 && c?.timestamp == 7_000)
        for (earlier, later) in [(a, b), (b, c)] {
            guard let earlier, let later else { return #expect(Bool(false)) }
            #expect(later.sequence == earlier.sequence &+ 1)
            #expect(later.pictureID == (earlier.pictureID + 1) & 0x7FFF)
            #expect(later.tl0PictureIndex == earlier.tl0PictureIndex &+ 1)
        }
        #expect(rewriter.map(packet(70_002)) == nil, "late, of the source before")
    }

    @Test func picturesThatAreDroppedLeaveNoHole() {
        var rewriter = StreamRewriter(random: 0)
        rewriter.begin(at: packet(70_000, picture: 10, tl0: 1), timestamp: 0)
        let first = rewriter.map(packet(70_000, picture: 10, tl0: 1))?.pictureID ?? 0
        _ = rewriter.skip(packet(70_001, picture: 11, tl0: 1))
        _ = rewriter.skip(packet(70_002, picture: 11, tl0: 1))
        _ = rewriter.skip(packet(70_003, picture: 12, tl0: 1))
        #expect(rewriter.map(packet(70_004, picture: 13, tl0: 2))?.pictureID == first + 1)
    }

    @Test func wrapsLikeTheSource() {
        var (rewriter, first) = started(at: 65_536 + 65_530)
        var last = first
        for i in UInt64(1)..<200_000 {
            guard let mapped = rewriter.map(packet(65_536 + 65_530 + i)) else { return #expect(Bool(false)) }
            #expect(mapped.sequence == last &+ 1)
            last = mapped.sequence
        }
    }

    @Test func whatWasNeverSentIsRolledBack() {
        var (rewriter, first) = started(at: 100_000)
        _ = rewriter.map(packet(100_001))
        _ = rewriter.map(packet(100_002))
        rewriter.rollBack(
            to: SentPacket(
                store: .none, source: 0, timestamp: 0, sequence: first + 1, pictureID: 0, tl0PictureIndex: 0, payloadType: 0, rewrites: []))
        #expect(rewriter.map(packet(100_003)) == nil, "nothing until a new source begins")
        rewriter.begin(at: packet(100_010), timestamp: 9_000)
        #expect(rewriter.map(packet(100_010))?.sequence == first + 1)
    }
}
