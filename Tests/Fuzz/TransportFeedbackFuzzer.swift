// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/transport-feedback
import RTP

/// Builds messages about arrivals made from the input, reads them back and compares: every packet once and right, in any size of buffer.
/// The first bytes are the base, the size of the buffer and the first arrival; then one byte for each packet.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    let base = SequenceNumber(source.uint16())
    let size = 24 + Int(source.uint16() % 1_200)
    var clock = Int64(source.uint32()) &* 100_000
    var arrivals: [Instant?] = []
    while !source.isEmpty {
        let byte = source.byte()
        switch byte {
        case 0..<64: arrivals.append(nil)
        case 64..<80: for _ in 0...Int(byte - 64) * 40 { arrivals.append(nil) }
        case 80..<96: clock += Int64(source.uint16()) * 1_000_000 - 9_000_000
        default:
            clock += Int64(byte - 96) * 130_000
            arrivals.append(Instant(nanoseconds: clock))
        }
    }
    arrivals = Array(arrivals.prefix(500))

    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { buffer.deallocate() }
    var done = 0
    while done < arrivals.count {
        var writer = RTCPWriter(buffer)
        let from = done
        let covered = writer.transportFeedback(
            sender: SSRC(1), media: SSRC(2), base: base &+ from, count: arrivals.count - from, feedbackCount: 3
        ) { arrivals[from + $0] }
        guard covered > 0 else {
            precondition(writer.count == 0, "nothing covered, nothing written")
            // Alone, a status always fits 24 bytes; a long run of lost packets before it may not matter.
            precondition(arrivals[from...].allSatisfy { $0 == nil } || size < 28, "a received packet is reported where there is room")
            return 0
        }
        check(writer.written, arrivals[from..<(from + covered)], base: base &+ from)
        done += covered
    }
    return 0
}

private func check(_ message: UnsafeRawBufferPointer, _ arrivals: ArraySlice<Instant?>, base: SequenceNumber) {
    var reader = RTCPReader(message)
    guard case .transportFeedback(let feedback)? = try? reader.next() else { preconditionFailure("what we write can be read") }
    precondition(reader.offset == message.count, "one message")
    precondition(feedback.packetStatusCount == arrivals.count && feedback.baseSequenceNumber == base, "about these packets")
    var index = arrivals.startIndex
    for status in feedback {
        // Reference times have 24 bits; compare in their circle.
        let expected = arrivals[index].map { Int($0.nanoseconds >= 0 ? $0.nanoseconds / 250_000 : ($0.nanoseconds - 249_999) / 250_000) }
        switch (status.arrivalTicks, expected) {
        case (nil, nil): break
        case (let ticks?, let wanted?): precondition((ticks &- wanted) & 0xFFFF_FFFF == 0, "at this time")
        default: preconditionFailure("received is received, lost is lost")
        }
        index += 1
    }
}
