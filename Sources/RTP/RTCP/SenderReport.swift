/// What a sender says about its own stream (RFC 3550 §6.4.1): the pair of NTP and RTP time that lip-sync rests on.
public struct SenderInfo: Equatable, Sendable {
    /// Wall clock when the report was sent.
    public var ntp: NTPTime
    /// The same moment on the media clock.
    public var rtpTimestamp: RTPTimestamp
    /// RTP packets sent since the beginning, modulo 2³².
    public var packetCount: UInt32
    /// Payload bytes sent since the beginning, without header and padding, modulo 2³².
    public var octetCount: UInt32

    @inlinable
    public init(ntp: NTPTime, rtpTimestamp: RTPTimestamp, packetCount: UInt32, octetCount: UInt32) {
        self.ntp = ntp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
    }
}

/// A received sender report, type 200.
///
///     | header | SSRC of sender | NTP seconds | NTP fraction | RTP timestamp | packet count | octet count | report blocks × count |
public struct SenderReport {
    public let ssrc: SSRC
    public let info: SenderInfo
    public let reports: ReportBlocks

    /// Bytes behind the blocks are profile-specific and not looked at.
    init(_ header: RTCPHeader, _ body: ByteReader) throws(ParseError) {
        var reader = body
        try reader.require(24 + Int(header.count) * ReportBlock.length)
        ssrc = SSRC(try reader.readUInt32())
        info = SenderInfo(
            ntp: NTPTime(try reader.readUInt64()), rtpTimestamp: RTPTimestamp(try reader.readUInt32()),
            packetCount: try reader.readUInt32(), octetCount: try reader.readUInt32())
        reports = try ReportBlocks(count: Int(header.count), &reader)
    }
}

extension RTCPWriter {
    /// Writes a sender report with the first 31 of `reports`. False when it does not fit.
    @discardableResult
    public mutating func senderReport(ssrc: SSRC, info: SenderInfo, reports: some Collection<ReportBlock> = EmptyCollection()) -> Bool {
        packet(.senderReport, count: min(reports.count, 31)) { writer in
            writer.write(ssrc.rawValue)
            writer.write(info.ntp.rawValue)
            writer.write(info.rtpTimestamp.rawValue)
            writer.write(info.packetCount)
            writer.write(info.octetCount)
            for report in reports.prefix(31) { report.write(to: &writer) }
        }
    }
}
