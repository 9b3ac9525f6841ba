/// What a datagram on the media port is, told from its first bytes.
///
///     first byte   0…3      STUN                       RFC 7983 §7, RFC 9443 §2
///                 20…63     DTLS
///                128…191    RTP or RTCP: RTCP when the second byte is 192…223, which are the RTCP packet types and, read as RTP, the
///                           payload types 64…95 with the marker set, which nobody may use (RFC 5761 §4)
///
/// Everything else (ZRTP, TURN channels, QUIC) is unknown to us and dropped.
public enum PacketClass: UInt8, Hashable, Sendable, CaseIterable {
    case stun, dtls, rtp, rtcp, unknown

    @inlinable
    public static func classify(firstByte: UInt8, secondByte: UInt8) -> PacketClass {
        switch firstByte {
        case 128...191: secondByte >= 192 && secondByte <= 223 ? .rtcp : .rtp
        case 0...3: .stun
        case 20...63: .dtls
        default: .unknown
        }
    }

    /// Classifies a datagram; one that is shorter than the smallest header of its class is unknown. SRTCP is at least 8 bytes of header and
    /// the index; the length that matters here is the header's.
    @inlinable
    public static func classify(_ datagram: UnsafeRawBufferPointer) -> PacketClass {
        guard datagram.count >= 8 else { return .unknown }
        let found = classify(firstByte: datagram[0], secondByte: datagram[1])
        switch found {
        case .stun: return datagram.count >= 20 ? found : .unknown
        case .dtls: return datagram.count >= 13 ? found : .unknown
        case .rtp: return datagram.count >= RTPHeader.minimumLength ? found : .unknown
        case .rtcp, .unknown: return found
        }
    }
}
