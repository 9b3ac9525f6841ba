// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/rtx Tests/Fixtures/RTP/rtp
import RTP

/// Nothing traps; a packet that is encapsulated and decapsulated is the packet it was.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let packet = inputBytes(data, count)
    guard let header = try? RTPHeader(parsing: packet) else { return 0 }
    withMutableInput(packet) { _ = try? RTX.decapsulate($0, header: header, ssrc: SSRC(1), payloadType: PayloadType(96)) }
    withMutableInput(packet, spare: RTX.overhead) { copy in
        let length = try? RTX.encapsulate(
            copy, length: packet.count, ssrc: SSRC(7), payloadType: PayloadType(97), sequenceNumber: SequenceNumber(5))
        guard length == packet.count + 2, let sent = try? RTPHeader(parsing: UnsafeRawBufferPointer(copy)) else {
            preconditionFailure("a readable packet can be sent again")
        }
        guard let back = try? RTX.decapsulate(copy, header: sent, ssrc: header.ssrc, payloadType: header.payloadType) else {
            preconditionFailure("and be read back")
        }
        precondition(back.elementsEqual(packet), "unchanged")
    }
    return 0
}
