/// RTCP packet types that we read or write (RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2).
public enum RTCPPacketType: UInt8, Hashable, Sendable, CaseIterable {
    case senderReport = 200
    case receiverReport = 201
    case sourceDescription = 202
    case goodbye = 203
    case application = 204
    case transportLayerFeedback = 205
    case payloadSpecificFeedback = 206
    case extendedReport = 207
}

/// Feedback message types: the count field of a feedback packet (RFC 4585 §6.2, §6.3; RFC 5104 §4.3; draft-alvestrand-rmcat-remb-03 §2.2).
enum FeedbackFormat {
    /// Under `transportLayerFeedback`.
    static let genericNACK: UInt8 = 1
    /// Under `transportLayerFeedback`.
    static let transportFeedback: UInt8 = 15
    /// Under `payloadSpecificFeedback`.
    static let pictureLossIndication: UInt8 = 1
    /// Under `payloadSpecificFeedback`.
    static let fullIntraRequest: UInt8 = 4
    /// Under `payloadSpecificFeedback`; REMB is the one application message we know.
    static let applicationLayer: UInt8 = 15
}
