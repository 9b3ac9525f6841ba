/// A received transport-wide feedback message: when each packet of a transport came, or that it did not
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     |V=2|P|  FMT=15 |    PT=205     |           length              |
///     |                     SSRC of packet sender                     |
///     |                      SSRC of media source                     |
///     |      base sequence number     |      packet status count      |
///     |           reference time (signed 24, 64 ms)   | feedback count|
///     |        packet chunk           |         packet chunk          |  …
///     |  receive delta (1 or 2 bytes, 250 µs) …       |    padding    |
///
/// A chunk is a run (`0`, 2 bits symbol, 13 bits length) or a vector (`1`, `0`: 14 symbols of one bit, or `1`, `1`: 7 symbols of two).
/// Symbols: 0 not received, 1 received with a one-byte delta 0…63.75 ms, 2 received with a two-byte signed delta, 3 reserved.
///
/// Iterating gives one `PacketStatus` for each packet from the base on, received or not: at most 65,535, which a message of a few bytes can
/// claim, so whoever keeps a history stops at its end.
public struct TransportFeedback: Sequence {
    /// Nanoseconds of a delta's unit.
    @inlinable public static var deltaUnit: Int64 { 250_000 }
    /// Nanoseconds of the reference time's unit.
    @inlinable public static var referenceUnit: Int64 { 64_000_000 }
    /// Deltas in one unit of reference time: 64 ms / 250 µs.
    static let deltasPerReference = 256

    /// What became of one packet.
    public struct PacketStatus: Equatable, Sendable {
        public var sequenceNumber: SequenceNumber
        /// When it came, in units of 250 µs on the peer's clock, whose origin is reference time 0; `nil` if it had not come.
        public var arrivalTicks: Int?

        @inlinable
        public init(sequenceNumber: SequenceNumber, arrivalTicks: Int?) {
            self.sequenceNumber = sequenceNumber
            self.arrivalTicks = arrivalTicks
        }
    }

    public let sender: SSRC
    public let media: SSRC
    public let baseSequenceNumber: SequenceNumber
    /// Number of packets that the message covers.
    public let packetStatusCount: Int
    /// Signed, in 64 ms; wraps after 12.4 days.
    public let referenceTime: Int32
    /// Counts the messages of this sender, modulo 256; a gap means lost feedback.
    public let feedbackCount: UInt8
    private let chunks: UnsafeRawBufferPointer
    private let deltas: UnsafeRawBufferPointer

    /// - Throws: `tooShort` where chunks or deltas are missing, `badValue` for the reserved symbol or a message about no packets.
    init(_ body: ByteReader) throws(ParseError) {
        var reader = body
        sender = SSRC(try reader.readUInt32())
        media = SSRC(try reader.readUInt32())
        baseSequenceNumber = SequenceNumber(try reader.readUInt16())
        packetStatusCount = Int(try reader.readUInt16())
        guard packetStatusCount > 0 else { throw ParseError(.badValue, at: reader.offset - 2) }
        referenceTime = Int32(bitPattern: try reader.readUInt24() << 8) >> 8
        feedbackCount = try reader.readUInt8()

        let chunksStart = reader.offset
        var deltaBytes = 0
        var left = packetStatusCount
        while left > 0 {
            let at = reader.offset
            let chunk = StatusChunk(rawValue: try reader.readUInt16())
            let count = Swift.min(chunk.count, left)
            guard let bytes = chunk.deltaBytes(ofFirst: count) else { throw ParseError(.badValue, at: at) }
            // A run of length zero would never end the loop's work; it says nothing and is refused.
            guard count > 0 else { throw ParseError(.badValue, at: at) }
            deltaBytes += bytes
            left -= count
        }
        chunks = UnsafeRawBufferPointer(rebasing: body.bytes[chunksStart..<reader.offset])
        deltas = try reader.readBytes(deltaBytes)
    }

    public func makeIterator() -> Iterator {
        Iterator(
            chunks: chunks, deltas: deltas, left: packetStatusCount, sequenceNumber: baseSequenceNumber,
            ticks: Int(referenceTime) * TransportFeedback.deltasPerReference)
    }

    public struct Iterator: IteratorProtocol {
        let chunks: UnsafeRawBufferPointer
        let deltas: UnsafeRawBufferPointer
        var left: Int
        var sequenceNumber: SequenceNumber
        var ticks: Int
        var chunk = StatusChunk(rawValue: 0)
        var symbolIndex = 0
        var chunkOffset = 0
        var deltaOffset = 0

        public mutating func next() -> PacketStatus? {
            guard left > 0 else { return nil }
            if symbolIndex == chunk.count {
                chunk = StatusChunk(rawValue: chunks.uint16(at: chunkOffset))
                chunkOffset += 2
                symbolIndex = 0
            }
            defer {
                left -= 1
                symbolIndex += 1
                sequenceNumber = sequenceNumber &+ 1
            }
            switch chunk.symbol(at: symbolIndex) {
            case 0:
                return PacketStatus(sequenceNumber: sequenceNumber, arrivalTicks: nil)
            case 1:
                ticks += Int(deltas[deltaOffset])
                deltaOffset += 1
            default:
                ticks += Int(Int16(bitPattern: deltas.uint16(at: deltaOffset)))
                deltaOffset += 2
            }
            return PacketStatus(sequenceNumber: sequenceNumber, arrivalTicks: ticks)
        }
    }
}
