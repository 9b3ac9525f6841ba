/// One RTCP packet out of a compound.
///
/// The cases with lists hold views into the received bytes, so nothing is copied or allocated; they are valid only as long as those bytes.
public enum RTCPPacket {
    case senderReport(SenderReport)
    case receiverReport(ReceiverReport)
    case sourceDescription(SourceDescription)
    case goodbye(Goodbye)
    case genericNACK(GenericNACK)
    case pictureLossIndication(PictureLossIndication)
    case fullIntraRequest(FullIntraRequest)
    case receiverEstimatedMaximumBitrate(ReceiverEstimatedMaximumBitrate)
    case transportFeedback(TransportFeedback)
    case extendedReport(ExtendedReport)
    /// A well-framed packet of a type or format that we do not read.
    case unknown(RTCPHeader)

    /// Reads one packet whose header is `header`; `packet` holds exactly that packet.
    init(_ header: RTCPHeader, in packet: UnsafeRawBufferPointer) throws(ParseError) {
        let body = ByteReader(UnsafeRawBufferPointer(rebasing: packet[0..<header.bodyRange.upperBound]), offset: RTCPHeader.length)
        switch RTCPPacketType(rawValue: header.type) {
        case .senderReport: self = .senderReport(try SenderReport(header, body))
        case .receiverReport: self = .receiverReport(try ReceiverReport(header, body))
        case .sourceDescription: self = .sourceDescription(try SourceDescription(header, body))
        case .goodbye: self = .goodbye(try Goodbye(header, body))
        case .transportLayerFeedback: self = try RTCPPacket(transportLayerFeedback: header, body)
        case .payloadSpecificFeedback: self = try RTCPPacket(payloadSpecificFeedback: header, body)
        case .extendedReport: self = .extendedReport(try ExtendedReport(body))
        case .application, nil: self = .unknown(header)
        }
    }

    private init(transportLayerFeedback header: RTCPHeader, _ body: ByteReader) throws(ParseError) {
        switch header.count {
        case FeedbackFormat.genericNACK: self = .genericNACK(try GenericNACK(body))
        case FeedbackFormat.transportFeedback: self = .transportFeedback(try TransportFeedback(body))
        default: self = .unknown(header)
        }
    }

    private init(payloadSpecificFeedback header: RTCPHeader, _ body: ByteReader) throws(ParseError) {
        switch header.count {
        case FeedbackFormat.pictureLossIndication: self = .pictureLossIndication(try PictureLossIndication(body))
        case FeedbackFormat.fullIntraRequest: self = .fullIntraRequest(try FullIntraRequest(body))
        case FeedbackFormat.applicationLayer where ReceiverEstimatedMaximumBitrate.isIdentified(in: body):
            self = .receiverEstimatedMaximumBitrate(try ReceiverEstimatedMaximumBitrate(body))
        default: self = .unknown(header)
        }
    }
}
