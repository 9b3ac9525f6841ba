/// Retransmission payload (RFC 4588 §4): the lost packet's payload behind its original sequence number, in a stream of its own.
///
///     | RTP header: RTX payload type, RTX SSRC, own sequence number, timestamp and marker of the original |
///     | OSN (2 bytes) | original payload … |
public enum RTX {
    /// Bytes that encapsulation adds.
    @inlinable public static var overhead: Int { 2 }

    /// The sequence number that the packet had when it was first sent.
    ///
    /// - Throws: `tooShort` where there is no payload: a padding (probe) packet.
    @inlinable
    public static func originalSequenceNumber(_ header: RTPHeader, in packet: UnsafeRawBufferPointer) throws(ParseError) -> SequenceNumber {
        guard header.packetLength == packet.count, header.payloadLength >= overhead else {
            throw ParseError(.tooShort, at: header.headerLength)
        }
        return SequenceNumber(packet.uint16(at: header.headerLength))
    }

    /// Turns an RTX packet back into the original, in place.
    ///
    /// The header moves over the OSN, which is cheaper than moving the payload: the answer is the original packet, two bytes into `packet`.
    /// Header extensions stay those of the retransmission (RFC 4588 §4); MID stands, a repaired RID names the original's RID.
    public static func decapsulate(
        _ packet: UnsafeMutableRawBufferPointer, header: RTPHeader, ssrc: SSRC, payloadType: PayloadType
    ) throws(ParseError) -> UnsafeMutableRawBufferPointer {
        let original = try originalSequenceNumber(header, in: UnsafeRawBufferPointer(packet))
        let result = UnsafeMutableRawBufferPointer(rebasing: packet[overhead...])
        result.copyMemory(from: UnsafeRawBufferPointer(rebasing: packet[0..<header.headerLength]))
        RTPHeader.setPayloadType(payloadType, in: result)
        RTPHeader.setSequenceNumber(original, in: result)
        RTPHeader.setSSRC(ssrc, in: result)
        return result
    }

    /// Turns the packet in the first `length` bytes of `buffer` into a retransmission of itself, in place; answers its new length.
    ///
    /// - Throws: what `RTPHeader` throws, or `badLength` when the buffer has no two bytes to spare.
    public static func encapsulate(
        _ buffer: UnsafeMutableRawBufferPointer, length: Int, ssrc: SSRC, payloadType: PayloadType, sequenceNumber: SequenceNumber
    ) throws(ParseError) -> Int {
        guard length >= 0, length <= buffer.count, buffer.count - length >= overhead else {
            throw ParseError(.badLength, at: max(length, 0))
        }
        let header = try RTPHeader(parsing: UnsafeRawBufferPointer(rebasing: buffer[0..<length]))
        let payload = UnsafeRawBufferPointer(rebasing: buffer[header.headerLength..<length])
        UnsafeMutableRawBufferPointer(rebasing: buffer[(header.headerLength + overhead)...]).copyMemory(from: payload)
        buffer.setUInt16(header.sequenceNumber.rawValue, at: header.headerLength)
        RTPHeader.setPayloadType(payloadType, in: buffer)
        RTPHeader.setSequenceNumber(sequenceNumber, in: buffer)
        RTPHeader.setSSRC(ssrc, in: buffer)
        return length + overhead
    }
}
