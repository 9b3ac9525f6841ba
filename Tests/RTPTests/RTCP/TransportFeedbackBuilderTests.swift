import RTP
import Testing

@Suite struct TransportFeedbackBuilderTests {
    private func build(_ arrivals: [Instant?], base: UInt16 = 0, size: Int = 1_200) -> (bytes: [UInt8], covered: Int) {
        var covered = 0
        let bytes = rtcp(size) {
            covered = $0.transportFeedback(
                sender: SSRC(1), media: SSRC(2), base: SequenceNumber(base), count: arrivals.count, feedbackCount: 7
            ) { arrivals[$0] }
        }
        return (bytes, covered)
    }

    /// The ticks that a message says, by packet.
    private func ticks(_ bytes: [UInt8]) throws -> [Int?] {
        try withPacket(bytes) { packet in
            guard case .transportFeedback(let feedback) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(feedback.sender == SSRC(1) && feedback.media == SSRC(2) && feedback.feedbackCount == 7)
            return feedback.map(\.arrivalTicks)
        }
    }

    /// Arrivals in units of 250 µs.
    private func arrivals(_ ticks: [Int?]) -> [Instant?] { ticks.map { $0.map { Instant(nanoseconds: Int64($0) * 250_000) } } }

    /// (ticks by packet, chunks in hex): what a careful encoder would choose.
    static let chunkCases: [([Int?], String)] = [
        ([256, 257, 258, 259], "20 04"),
        ([256, nil, 257], "a8 00"),
        ([nil, nil, 256], "88 00"),
        ([256, 1_000, 1_001], "d9 00"),
        ([256, 255], "d8 00"),
        (Array(repeating: nil, count: 13) + [256], "80 01"),
        (Array(repeating: nil, count: 14) + [256], "00 0e 20 01"),
        (Array(repeating: 256, count: 20), "20 14"),
        ([256] + Array(repeating: nil, count: 13) + [257], "a0 00 20 01"),
        ([256, nil, 257, nil, 258, nil, 259, 1_000], "d1 11 40 01"),
    ]

    @Test(arguments: chunkCases) func packsIntoFewChunks(ticks: [Int?], chunks: String) throws {
        let (bytes, covered) = build(arrivals(ticks))
        #expect(covered == ticks.count)
        let expected = hex(chunks)
        #expect(Array(bytes[20..<(20 + expected.count)]) == expected)
        #expect(try self.ticks(bytes) == ticks)
    }

    /// Padded as libwebrtc pads: P bit and count, whatever the count.
    @Test func thisIsTheWholeMessage() {
        #expect(
            build(arrivals([260, nil, 1_000]), base: 65_535).bytes
                == hex("af cd 00 06  00 00 00 01 00 00 00 02  ff ff 00 03  00 00 01 07  d2 00  04 02 e4 00 00 03"))
    }

    @Test func nothingReceivedIsNothingWritten() {
        let (bytes, covered) = build([nil, nil, nil])
        #expect(bytes.isEmpty && covered == 0)
        #expect(build([]).covered == 0)
    }

    /// A gap beyond two bytes of 250 µs ends the message; the next one goes on behind it.
    @Test(arguments: [(32_767, 2), (32_768, 1), (-32_768, 2), (-32_769, 1), (10_000_000, 1)]) func aGapTooLargeEndsTheMessage(
        gap: Int, covered: Int
    ) throws {
        let ticks = [40_960, 40_960 + gap]
        let built = build(arrivals(ticks))
        #expect(built.covered == covered)
        #expect(try self.ticks(built.bytes) == Array(ticks.prefix(covered)))
    }

    @Test func timesBeforeTheClocksOriginRoundDown() throws {
        let built = build([Instant(nanoseconds: -1), Instant(nanoseconds: 0), Instant(nanoseconds: 249_999)])
        #expect(try ticks(built.bytes) == [-1, 0, 0])
    }

    @Test func theReferenceTimeWrapsAtTwentyFourBits() throws {
        let origin = 0x100_0001 * 256
        let built = build(arrivals([origin, origin + 3]))
        #expect(try ticks(built.bytes) == [256, 259])
    }

    /// In every size of buffer: what is covered comes back, nothing more, and the rest follows in the next message.
    @Test func everyBufferSizeHoldsWhatItClaims() throws {
        let all: [Int?] = (0..<60).map { $0 % 5 == 3 ? nil : 1_000 + $0 * ($0 % 7 == 2 ? 90 : 2) }
        for size in 0..<160 {
            let built = build(arrivals(all), size: size)
            #expect(built.bytes.count <= size && built.bytes.count % 4 == 0)
            if built.covered > 0 { #expect(try ticks(built.bytes) == Array(all.prefix(built.covered))) }
            if size < 24 { #expect(built.covered == 0) }
        }
        #expect(build(arrivals(all), size: 160).covered == 60)
    }

    /// A seeded crowd of arrivals, cut into messages, gives every packet once and right.
    @Test(arguments: 1...40) func anyArrivalsComeBack(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var clock = 1_000_000
        let lossPercent = [0, 1, 10, 50, 95][random.below(5)]
        let all: [Int?] = (0..<3_000).map { _ in
            clock += random.below(8) == 0 ? random.below(600) - 100 : random.below(12)
            if random.below(500) == 0 { clock += 40_000 }
            return random.below(100) < lossPercent ? nil : clock
        }
        var read: [Int?] = []
        while read.count < all.count {
            let rest = Array(all[read.count...])
            let built = build(arrivals(rest), base: UInt16(truncatingIfNeeded: 60_000 + read.count), size: 100 + random.below(1_000))
            guard built.covered > 0 else {
                #expect(rest.allSatisfy { $0 == nil })
                break
            }
            read += try ticks(built.bytes)
        }
        // The reference time has 24 bits of 64 ms; these arrivals stay inside.
        #expect(read == Array(all.prefix(read.count)))
        #expect(all.dropFirst(read.count).allSatisfy { $0 == nil })
    }
}
