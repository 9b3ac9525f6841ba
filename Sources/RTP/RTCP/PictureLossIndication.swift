/// A Picture Loss Indication (RFC 4585 §6.3.1): the peer needs a keyframe of `media`.
///
///     | header | SSRC of sender | SSRC of media |
public struct PictureLossIndication: Equatable, Sendable {
    public var sender: SSRC
    public var media: SSRC

    @inlinable
    public init(sender: SSRC, media: SSRC) {
        self.sender = sender
        self.media = media
    }

    init(_ body: ByteReader) throws(ParseError) {
        var reader = body
        sender = SSRC(try reader.readUInt32())
        media = SSRC(try reader.readUInt32())
    }
}

extension RTCPWriter {
    /// Writes a PLI. False when it does not fit.
    @discardableResult
    public mutating func pictureLossIndication(sender: SSRC, media: SSRC) -> Bool {
        feedback(.payloadSpecificFeedback, format: FeedbackFormat.pictureLossIndication, sender: sender, media: media)
    }
}
