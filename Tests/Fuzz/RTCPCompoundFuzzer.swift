// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/rtcp Tests/Fixtures/RTP/transport-feedback
import RTP

/// A whole datagram: nothing traps, every list can be walked, and the walk is bounded by the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = inputBytes(data, count)
    var reader = RTCPReader(bytes)
    var packets = 0
    while let packet = reader.nextValid(onError: { precondition($0.offset >= 0 && $0.offset <= bytes.count, "errors lie in the datagram") })
    {
        packets += 1
        walk(packet, size: bytes.count)
    }
    precondition(packets * 4 <= bytes.count, "a packet takes four bytes at least")
    return 0
}

private func walk(_ packet: RTCPPacket, size: Int) {
    var entries = 0
    switch packet {
    case .senderReport(let report): entries = report.reports.map(\.ssrc).count * 24
    case .receiverReport(let report): entries = report.reports.map(\.ssrc).count * 24
    case .sourceDescription(let description): for item in description { entries += 2 + item.text.reduce(0) { max($0, $1 == 0 ? 0 : 1) } }
    case .goodbye(let goodbye): entries = goodbye.sources.map(\.rawValue).count * 4 + goodbye.reason.map { $0 }.count
    case .genericNACK(let nack):
        for _ in nack { entries += 1 }
        precondition(entries <= size / 4 * 17, "seventeen numbers in four bytes at most")
        return
    case .pictureLossIndication: break
    case .fullIntraRequest(let request): entries = request.map(\.sequenceNumber).count * 8
    case .receiverEstimatedMaximumBitrate(let remb):
        precondition(remb.bitrate.bitsPerSecond >= 0, "no rate is negative")
        entries = remb.sources.map(\.rawValue).count * 4
    case .transportFeedback(let feedback):
        var statuses = 0
        for status in feedback { statuses += status.arrivalTicks == nil ? 1 : 1 }
        precondition(statuses == feedback.packetStatusCount && statuses <= 65_535, "as many statuses as announced")
    case .extendedReport(let report): for _ in report { entries += 4 }
    case .unknown(let header): entries = header.bodyRange.count
    }
    precondition(entries <= size, "lists are no longer than the datagram")
}
