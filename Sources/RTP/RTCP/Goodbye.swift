/// A received BYE, type 203 (RFC 3550 §6.6): these sources are leaving.
///
///     | header | SSRC × count | length | reason … | 0 … to a whole word |     the reason is optional
public struct Goodbye {
    /// The sources that leave, at most 31.
    public let sources: SSRCList
    /// The reason's UTF-8 as sent, not checked; empty without one.
    public let reason: UnsafeRawBufferPointer

    /// - Throws: `tooShort` where the reason's length runs over the packet (the flaw of CVE-2021-43804).
    init(_ header: RTCPHeader, _ body: ByteReader) throws(ParseError) {
        var reader = body
        sources = try SSRCList(count: Int(header.count), &reader)
        let length = reader.isAtEnd ? 0 : Int(try reader.readUInt8())
        reason = try reader.readBytes(length)
    }
}

extension RTCPWriter {
    /// Writes a BYE without reason for the first 31 of `sources`. False when it does not fit.
    @discardableResult
    public mutating func goodbye(_ sources: some Collection<SSRC>) -> Bool {
        packet(.goodbye, count: min(sources.count, 31)) { writer in
            for source in sources.prefix(31) { writer.write(source.rawValue) }
        }
    }
}
