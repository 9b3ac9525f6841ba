import RTP

/// Reads everything a packet offers, so that an over-read anywhere is found. Answers the number of list entries.
@discardableResult
func walk(_ packet: RTCPPacket) -> Int {
    switch packet {
    case .senderReport(let report): report.reports.reduce(0) { $0 + ($1.ssrc == report.ssrc ? 1 : 1) }
    case .receiverReport(let report): report.reports.reduce(0) { $0 + ($1.ssrc == report.ssrc ? 1 : 1) }
    case .sourceDescription(let description): description.reduce(0) { $0 + $1.text.reduce(1) { max($0, Int($1)) } }
    case .goodbye(let goodbye): goodbye.sources.count + goodbye.reason.reduce(0) { $0 | Int($1) }
    case .genericNACK(let nack): nack.reduce(0) { count, _ in count + 1 }
    case .pictureLossIndication: 1
    case .fullIntraRequest(let request): request.reduce(0) { $0 + Int($1.sequenceNumber) }
    case .receiverEstimatedMaximumBitrate(let remb): remb.sources.reduce(0) { $0 ^ Int($1.rawValue) }
    case .transportFeedback(let feedback): feedback.reduce(0) { $0 + ($1.arrivalTicks == nil ? 0 : 1) }
    case .extendedReport(let report): report.reduce(0) { count, _ in count + 1 }
    case .unknown(let header): header.bodyRange.count
    }
}
