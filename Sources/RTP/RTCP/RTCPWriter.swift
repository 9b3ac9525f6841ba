/// Composes one RTCP datagram, packet after packet, in a buffer of fixed size. Each message's file adds the call that writes it.
///
/// A packet that does not fit is taken back whole and its call answers false; what was written before it stands.
public struct RTCPWriter {
    var writer: ByteWriter

    /// Composes at the start of `buffer`.
    public init(_ buffer: UnsafeMutableRawBufferPointer) { writer = ByteWriter(buffer) }

    /// Bytes written so far.
    public var count: Int { writer.offset }
    /// Bytes that still fit.
    public var remaining: Int { writer.remaining }
    /// The datagram so far.
    public var written: UnsafeRawBufferPointer { writer.written }

    /// Writes one packet: the header, then what `body` writes, padded to whole words by `body` itself.
    mutating func packet(_ type: RTCPPacketType, count: Int, _ body: (inout ByteWriter) -> Void) -> Bool {
        precondition(count >= 0 && count <= 31, "an RTCP count has five bits")
        let start = writer.offset
        writer.write(0x80 | UInt8(truncatingIfNeeded: count))
        writer.write(type.rawValue)
        writer.write(UInt16(0))
        body(&writer)
        guard !writer.overflowed else {
            writer.rewind(to: start)
            return false
        }
        let length = writer.offset &- start
        precondition(length & 3 == 0 && length <= 0x4_0000, "an RTCP packet is whole words, 65,536 at most")
        writer.bytes.setUInt16(UInt16(truncatingIfNeeded: length / 4 &- 1), at: start &+ 2)
        return true
    }

    /// Writes a feedback packet: sender and media SSRC, then what `body` writes (RFC 4585 §6.1).
    mutating func feedback(
        _ type: RTCPPacketType, format: UInt8, sender: SSRC, media: SSRC, _ body: (inout ByteWriter) -> Void = { _ in }
    ) -> Bool {
        packet(type, count: Int(format)) { writer in
            writer.write(sender.rawValue)
            writer.write(media.rawValue)
            body(&writer)
        }
    }
}
