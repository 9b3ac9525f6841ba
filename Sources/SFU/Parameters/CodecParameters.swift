import RTP

/// The codecs that Parley forwards. AV1 is carried but its layers are not read yet, so it is not offered.
public enum Codec: String, Hashable, Sendable, CaseIterable {
    case opus, vp8 = "VP8", vp9 = "VP9", h264 = "H264"

    public var kind: MediaKind { self == .opus ? .audio : .video }

    /// Ticks per second of the RTP timestamp. RFC 7587 §4.1 fixes Opus at 48 kHz; the video formats use 90 kHz.
    public var clockRate: Int { self == .opus ? 48_000 : 90_000 }
}

/// One codec as negotiated in one m-section.
public struct CodecParameters: Equatable, Sendable {
    public var codec: Codec
    public var payloadType: PayloadType
    /// RTX payload type whose `apt` is `payloadType` (RFC 4588 §8.1).
    public var rtxPayloadType: PayloadType?
    /// RED payload type that carries this codec (RFC 2198).
    public var redPayloadType: PayloadType?
    /// The answer's `a=fmtp` value, for codecs that are told apart by it (VP9 profile, H264 profile and packetization mode).
    public var formatParameters: String

    public init(
        codec: Codec, payloadType: PayloadType, rtxPayloadType: PayloadType? = nil, redPayloadType: PayloadType? = nil,
        formatParameters: String = ""
    ) {
        self.codec = codec
        self.payloadType = payloadType
        self.rtxPayloadType = rtxPayloadType
        self.redPayloadType = redPayloadType
        self.formatParameters = formatParameters
    }
}

/// What `a=rtcp-fb` agreed on for a section.
public struct FeedbackParameters: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let nack = FeedbackParameters(rawValue: 1 << 0)
    public static let pli = FeedbackParameters(rawValue: 1 << 1)
    public static let fir = FeedbackParameters(rawValue: 1 << 2)
    public static let remb = FeedbackParameters(rawValue: 1 << 3)
    public static let transportCC = FeedbackParameters(rawValue: 1 << 4)
}
