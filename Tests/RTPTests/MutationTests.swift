import RTP
import Testing

/// Every parser under hundreds of thousands of seeded mutations of the fixtures (table F, row 7). Debug builds check every load against its
/// buffer, so that an over-read of one byte stops the run. `Tests/Fuzz` goes further with libFuzzer.
///
/// Checked by hand: with the size check of `H264Payload.readAggregate` taken out, or the one of `ByteReader.readBytes`, the run stops.
@Suite struct MutationTests {
    private static let mutationsPerFolder = 24_000

    @Test(arguments: ["rtp", "rtcp", "transport-feedback", "vp8", "vp9", "h264", "opus", "red", "rtx"])
    func noMutationTraps(folder: String) throws {
        let seeds = try Fixture.names(in: folder).map { Array(try Fixture.bytes($0).prefix(200)) }
        var random = SplitMix64(seed: 0x5EED)
        let ids = HeaderExtensionIDs.sequential
        for round in 0..<Self.mutationsPerFolder {
            var bytes = seeds[round % seeds.count]
            for _ in 0...random.below(4) { mutate(&bytes, others: seeds, &random) }
            sweep(folder, &bytes, ids: ids)
        }
    }

    /// One of: a byte anywhere or near the start, a bit, a boundary value, a cut, an insertion, a repetition, a splice with another seed.
    private func mutate(_ bytes: inout [UInt8], others: [[UInt8]], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else {
            bytes = others[random.below(others.count)]
            return
        }
        let position = random.below(2) == 0 ? random.below(bytes.count) : random.below(min(bytes.count, 24))
        switch random.below(8) {
        case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[position] ^= 1 << UInt8(random.below(8))
        case 2: bytes[position] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF][random.below(6)]
        case 3: bytes.removeLast(random.below(bytes.count + 1))
        case 4: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: position)
        case 5: bytes.remove(at: position)
        case 6: bytes.append(contentsOf: bytes.suffix(random.below(16)))
        default: bytes = Array(bytes.prefix(position)) + others[random.below(others.count)].dropFirst(position)
        }
    }
}
