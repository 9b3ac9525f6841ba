/// What one receiver says about one source (RFC 3550 §6.4.1).
///
///     |                     SSRC of the source                        |
///     | fraction lost |      cumulative packets lost (signed 24)      |
///     |           extended highest sequence number received           |
///     |                  interarrival jitter (ticks)                  |
///     |                 last SR: middle 32 bits of NTP                |
///     |               delay since last SR (1/65536 s)                 |
public struct ReportBlock: Equatable, Sendable {
    /// Bytes of one block.
    @inlinable public static var length: Int { 24 }

    public var ssrc: SSRC
    /// Of the packets since the previous report, in 1/256.
    public var fractionLost: UInt8
    /// Since the beginning, −2²³…2²³−1; negative where duplicates came.
    public var cumulativeLost: Int32
    /// The sequence number's 16 bits and 16 bits of turns.
    public var highestSequenceNumber: UInt32
    /// In ticks of the media clock.
    public var jitterTicks: UInt32
    /// `NTPTime.middle32` of the last sender report from this source; 0 if none has come.
    public var lastSenderReport: UInt32
    /// Since that report came, in 1/65536 s.
    public var delaySinceLastSenderReport: UInt32

    @inlinable
    public init(
        ssrc: SSRC, fractionLost: UInt8 = 0, cumulativeLost: Int32 = 0, highestSequenceNumber: UInt32 = 0, jitterTicks: UInt32 = 0,
        lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.highestSequenceNumber = highestSequenceNumber
        self.jitterTicks = jitterTicks
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    /// Reads a block; `bytes` holds at least `length`, which the list has checked.
    init(unchecked bytes: UnsafeRawBufferPointer) {
        self.init(
            ssrc: SSRC(bytes.uint32(at: 0)), fractionLost: bytes[4],
            cumulativeLost: Int32(bitPattern: bytes.uint24(at: 5) << 8) >> 8,
            highestSequenceNumber: bytes.uint32(at: 8), jitterTicks: bytes.uint32(at: 12),
            lastSenderReport: bytes.uint32(at: 16), delaySinceLastSenderReport: bytes.uint32(at: 20))
    }

    func write(to writer: inout ByteWriter) {
        writer.write(ssrc.rawValue)
        writer.write(fractionLost)
        writer.write24(UInt32(bitPattern: min(max(cumulativeLost, -0x80_0000), 0x7F_FFFF)))
        writer.write(highestSequenceNumber)
        writer.write(jitterTicks)
        writer.write(lastSenderReport)
        writer.write(delaySinceLastSenderReport)
    }
}

/// The report blocks of a received report, read as they are asked for. At most 31.
public struct ReportBlocks: RandomAccessCollection {
    let bytes: UnsafeRawBufferPointer

    init(count: Int, _ reader: inout ByteReader) throws(ParseError) {
        bytes = try reader.readBytes(count * ReportBlock.length)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { bytes.count / ReportBlock.length }

    public subscript(position: Int) -> ReportBlock {
        precondition(position >= 0 && position < endIndex, "a report block of this report")
        let start = position * ReportBlock.length
        return ReportBlock(unchecked: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + ReportBlock.length)]))
    }
}
