/// A received Generic NACK (RFC 4585 §6.2.1): packets that the peer misses.
///
///     | header | SSRC of sender | SSRC of media | PID | BLP | PID | BLP | …
///
/// PID is a lost sequence number; bit i of BLP (from the least) says that PID + i + 1 is lost too. Iterating gives every lost number, in the
/// order of the packet: at most 17 for each four bytes. A number may come twice; whoever answers bounds that.
public struct GenericNACK: Sequence {
    public let sender: SSRC
    public let media: SSRC
    private let items: UnsafeRawBufferPointer

    init(_ body: ByteReader) throws(ParseError) {
        var reader = body
        sender = SSRC(try reader.readUInt32())
        media = SSRC(try reader.readUInt32())
        items = try reader.readBytes(reader.remaining & ~3)
    }

    public func makeIterator() -> Iterator { Iterator(items: items) }

    public struct Iterator: IteratorProtocol {
        let items: UnsafeRawBufferPointer
        var offset = 0
        var packetID = SequenceNumber(0)
        var mask: UInt16 = 0

        public mutating func next() -> SequenceNumber? {
            if mask != 0 {
                let bit = mask.trailingZeroBitCount
                mask &= mask &- 1
                return packetID &+ (bit + 1)
            }
            guard items.count - offset >= 4 else { return nil }
            packetID = SequenceNumber(items.uint16(at: offset))
            mask = items.uint16(at: offset + 2)
            offset += 4
            return packetID
        }
    }
}

extension RTCPWriter {
    /// Writes a NACK for `lost`, which should ascend (round the circle) so that neighbours share an item.
    ///
    /// Answers how many of them it holds: all, or as many as fitted; 0 when nothing was written.
    @discardableResult
    public mutating func genericNACK(sender: SSRC, media: SSRC, lost: some Sequence<SequenceNumber>) -> Int {
        var written = 0
        let room = (remaining - 12) / 4
        guard room > 0 else { return 0 }
        let fits = feedback(.transportLayerFeedback, format: FeedbackFormat.genericNACK, sender: sender, media: media) { writer in
            var itemsLeft = room
            var current: SequenceNumber?
            var mask: UInt16 = 0
            for number in lost {
                if let packetID = current {
                    let distance = number.distance(from: packetID)
                    if distance >= 1, distance <= 16 {
                        mask |= 1 << UInt16(distance - 1)
                        written += 1
                        continue
                    }
                    writer.write(packetID.rawValue)
                    writer.write(mask)
                    itemsLeft -= 1
                }
                guard itemsLeft > 0 else { return }
                current = number
                mask = 0
                written += 1
            }
            guard let current else { return }
            writer.write(current.rawValue)
            writer.write(mask)
        }
        guard fits else { return 0 }
        return written
    }
}
