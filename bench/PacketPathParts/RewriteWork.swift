import RTP

/// Rewriting one packet for one receiver: the slot's numbers by `StreamRewriter`, a fresh header with extensions, the payload copied, VP8's
/// indices rewritten. Every fourth frame of the upper temporal layer is left out, so that the numbers close up as they do in a room.
///
/// The steps are `PacketComposer`'s, which itself needs a room around it; the files under Source are the server's own.
public final class RewriteWork {
    private static let packetsOfFrame = 8

    private var rewriter = StreamRewriter(random: 0x1234_5678_9ABC_DEF0)
    private var stored = StoredPacket()
    /// One block, so that source and target of the copy always lie the same way to each other: a store that shares its low twelve bits with a
    /// later load costs half as much again.
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
    private let payload: UnsafeMutableRawBufferPointer
    private let buffer: UnsafeMutableRawBufferPointer
    private var packetInFrame = 0
    private var transportSequence: UInt16 = 0
    private var now = Instant.zero

    /// - Parameter payload: of a VP8 packet, descriptor first.
    public init(payload bytes: [UInt8]) {
        payload = UnsafeMutableRawBufferPointer(rebasing: block[..<bytes.count])
        buffer = UnsafeMutableRawBufferPointer(rebasing: block[2048..<3548])
        payload.copyBytes(from: bytes)
        stored.sequence = 1 << 16
        stored.traits = [.hasPictureID, .hasTL0PictureIndex, .hasTemporalLayer, .frameStart]
        rewriter.begin(at: stored, timestamp: 0)
    }

    deinit { block.deallocate() }

    public func run(_ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<count {
            advance()
            if stored.pictureID & 3 == 3 {
                if let filler = rewriter.skip(stored) { sum &+= UInt64(filler.sequence) }
            } else if let mapped = rewriter.map(stored) {
                sum &+= UInt64(write(mapped)) &+ UInt64(mapped.sequence)
            }
        }
        return sum
    }

    private func advance() {
        stored.sequence &+= 1
        packetInFrame += 1
        guard packetInFrame == Self.packetsOfFrame else { return }
        packetInFrame = 0
        stored.timestamp &+= 3000
        stored.pictureID = (stored.pictureID &+ 1) & 0x7FFF
        if stored.pictureID & 1 == 0 { stored.tl0PictureIndex &+= 1 }
        now = now.advanced(byNanoseconds: 33_333_333)
    }

    private func write(_ mapped: StreamRewriter.Mapped) -> Int {
        let header = RTPHeaderWriter(
            marker: packetInFrame == Self.packetsOfFrame - 1, payloadType: PayloadType(96),
            sequenceNumber: SequenceNumber(mapped.sequence),
            timestamp: RTPTimestamp(mapped.timestamp), ssrc: SSRC(0x1357_9BDF))
        let offset =
            header.write(into: buffer) { writer in
                writer.append(AbsSendTime(now), id: 2)
                writer.append(TransportSequenceNumber(SequenceNumber(transportSequence)), id: 3)
            } ?? 0
        transportSequence &+= 1
        let out = UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<(offset + payload.count)])
        out.copyMemory(from: UnsafeRawBufferPointer(payload))
        (try? VP8PayloadDescriptor(parsing: UnsafeRawBufferPointer(out)))?.rewrite(
            pictureID: mapped.pictureID, tl0PictureIndex: mapped.tl0PictureIndex, in: out)
        return offset + payload.count
    }
}
