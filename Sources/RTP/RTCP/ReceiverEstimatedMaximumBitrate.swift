/// A received REMB (draft-alvestrand-rmcat-remb-03 §2.2): the peer estimates that this much gets through to it.
///
///     | header | SSRC of sender | 0 | "REMB" | number of SSRCs (8) | exponent (6) | mantissa (18) | SSRC …
public struct ReceiverEstimatedMaximumBitrate {
    public let sender: SSRC
    /// Mantissa × 2^exponent.
    public let bitrate: DataRate
    /// The streams that the estimate covers; browsers list all they receive.
    public let sources: SSRCList

    /// True when an application-layer feedback message carries the four letters.
    static func isIdentified(in body: ByteReader) -> Bool {
        body.remaining >= 12 && body.bytes.uint32(at: body.offset + 8) == identifier
    }

    static let identifier: UInt32 = 0x5245_4D42

    /// - Throws: `badValue` when the rate does not fit 63 bits.
    init(_ body: ByteReader) throws(ParseError) {
        var reader = body
        sender = SSRC(try reader.readUInt32())
        try reader.skip(8)
        let fields = try reader.readUInt32()
        let mantissa = Int(fields & 0x3FFFF)
        let exponent = Int(fields >> 18 & 0x3F)
        guard mantissa == 0 || exponent < mantissa.leadingZeroBitCount else { throw ParseError(.badValue, at: reader.offset - 3) }
        bitrate = DataRate(bitsPerSecond: mantissa == 0 ? 0 : mantissa << exponent)
        sources = try SSRCList(count: Int(fields >> 24), &reader)
    }
}

extension RTCPWriter {
    /// Writes a REMB for the first 255 of `sources`; the rate is rounded down to 18 significant bits. False when it does not fit.
    @discardableResult
    public mutating func receiverEstimatedMaximumBitrate(sender: SSRC, bitrate: DataRate, sources: some Collection<SSRC>) -> Bool {
        feedback(.payloadSpecificFeedback, format: FeedbackFormat.applicationLayer, sender: sender, media: SSRC(0)) { writer in
            let rate = UInt64(max(bitrate.bitsPerSecond, 0))
            let exponent = max(0, 46 - rate.leadingZeroBitCount)
            let fields = UInt32(min(sources.count, 255)) << 24 | UInt32(exponent) << 18 | UInt32(rate >> UInt64(exponent))
            writer.write(ReceiverEstimatedMaximumBitrate.identifier)
            writer.write(fields)
            for source in sources.prefix(255) { writer.write(source.rawValue) }
        }
    }
}
