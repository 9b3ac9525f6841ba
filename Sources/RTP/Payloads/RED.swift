/// Redundant audio payload (RFC 2198 §3): older blocks, then the primary one.
///
///     |1|  block PT  |  timestamp offset (14)  | block length (10) |   for each redundant block
///     |0|  block PT  |                                               the primary block
///     | redundant data … | primary data to the end |
public struct RED: Sequence {
    /// One block.
    public struct Block: Equatable, Sendable {
        public var payloadType: PayloadType
        /// How much older than the packet's timestamp, in ticks, 0…16383; 0 for the primary block.
        public var timestampOffset: Int
        /// Where the data lies in the payload; may be empty.
        public var range: Range<Int>

        @inlinable
        public init(payloadType: PayloadType, timestampOffset: Int, range: Range<Int>) {
            self.payloadType = payloadType
            self.timestampOffset = timestampOffset
            self.range = range
        }
    }

    /// The block with the packet's own audio.
    public let primary: Block
    /// Number of redundant blocks before it.
    public let redundantCount: Int
    private let payload: UnsafeRawBufferPointer

    /// More redundancy than anyone sends; Chromium sends at most two blocks, and 32 would be 640 ms.
    public static let maximumRedundantBlocks = 32

    /// Reads the block headers.
    ///
    /// - Throws: `tooShort`, `badLength` where the blocks are longer than the payload, `badValue` for too many blocks.
    public init(parsing payload: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = ByteReader(payload)
        var count = 0
        var dataLength = 0
        while true {
            let first = try reader.readUInt8()
            guard first & 0x80 != 0 else {
                let start = reader.offset + dataLength
                guard start <= payload.count else { throw ParseError(.badLength, at: reader.offset) }
                primary = Block(payloadType: PayloadType(first), timestampOffset: 0, range: start..<payload.count)
                break
            }
            guard count < RED.maximumRedundantBlocks else { throw ParseError(.badValue, at: reader.offset - 1) }
            dataLength += Int(try reader.readUInt24() & 0x3FF)
            count += 1
        }
        redundantCount = count
        self.payload = payload
    }

    /// The blocks in the order of the packet: oldest first, the primary one last.
    public func makeIterator() -> Iterator { Iterator(red: self, payload: payload) }

    public struct Iterator: IteratorProtocol {
        let red: RED
        let payload: UnsafeRawBufferPointer
        var index = 0
        var dataOffset = 0

        init(red: RED, payload: UnsafeRawBufferPointer) {
            self.red = red
            self.payload = payload
            dataOffset = red.redundantCount * 4 + 1
        }

        public mutating func next() -> Block? {
            guard index <= red.redundantCount else { return nil }
            defer { index += 1 }
            guard index < red.redundantCount else { return red.primary }
            let fields = payload.uint32(at: index * 4)
            let length = Int(fields & 0x3FF)
            defer { dataOffset += length }
            return Block(
                payloadType: PayloadType(UInt8(truncatingIfNeeded: fields >> 24) & 0x7F), timestampOffset: Int(fields >> 10 & 0x3FFF),
                range: dataOffset..<(dataOffset + length))
        }
    }
}
