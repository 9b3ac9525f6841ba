/// A received receiver report, type 201 (RFC 3550 §6.4.2).
///
///     | header | SSRC of the one who reports | report blocks × count |
public struct ReceiverReport {
    public let ssrc: SSRC
    public let reports: ReportBlocks

    /// Bytes behind the blocks are profile-specific and not looked at.
    init(_ header: RTCPHeader, _ body: ByteReader) throws(ParseError) {
        var reader = body
        ssrc = SSRC(try reader.readUInt32())
        reports = try ReportBlocks(count: Int(header.count), &reader)
    }
}

extension RTCPWriter {
    /// Writes a receiver report with the first 31 of `reports`; without any it is the empty report that opens a compound. False when it does not fit.
    @discardableResult
    public mutating func receiverReport(ssrc: SSRC, reports: some Collection<ReportBlock> = EmptyCollection()) -> Bool {
        packet(.receiverReport, count: min(reports.count, 31)) { writer in
            writer.write(ssrc.rawValue)
            for report in reports.prefix(31) { report.write(to: &writer) }
        }
    }
}
