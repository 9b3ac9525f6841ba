/// The four bytes that open every RTCP packet.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |V=2|P| count/FMT |  packet type  |  length in words, minus one   |
///                                                     RFC 3550 §6.4.1, RFC 4585 §6.1
public struct RTCPHeader: Equatable, Sendable {
    /// Bytes of the header.
    @inlinable public static var length: Int { 4 }

    /// Reception report count, source count, subtype or feedback message type, 0…31.
    public var count: UInt8
    /// The packet type as it stands; `RTCPPacketType` names the ones we know.
    public var type: UInt8
    /// Bytes of the whole packet, header and padding included.
    public var packetLength: Int
    /// Padding bytes at the end; 0 without padding.
    public var paddingLength: Int

    /// Where the body lies in the packet.
    @inlinable public var bodyRange: Range<Int> { Range(uncheckedBounds: (RTCPHeader.length, packetLength &- paddingLength)) }

    /// Reads the packet that starts at the first of `bytes`, which may hold more packets behind it.
    ///
    /// RFC 3550 §6.4.1 wants padding in multiples of four. libwebrtc, and so every browser, pads transport-wide feedback by one to three
    /// bytes; any count that lies in the packet is taken.
    ///
    /// - Throws: `tooShort`, `badVersion`, `badLength`, or `badPadding`.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(ParseError) {
        guard bytes.count >= RTCPHeader.length else { throw ParseError(.tooShort, at: bytes.count) }
        let first = bytes[0]
        guard first >> 6 == 2 else { throw ParseError(.badVersion, at: 0) }
        count = first & 0x1F
        type = bytes[1]
        packetLength = (Int(bytes.uint16(at: 2)) &+ 1) &* 4
        guard packetLength <= bytes.count else { throw ParseError(.badLength, at: 2) }
        paddingLength = 0
        if first & 0x20 != 0 {
            let padding = Int(bytes[packetLength &- 1])
            guard padding > 0, padding <= packetLength &- RTCPHeader.length else {
                throw ParseError(.badPadding, at: packetLength &- 1)
            }
            paddingLength = padding
        }
    }
}
