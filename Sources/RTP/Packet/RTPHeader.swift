/// The header of one RTP packet, read without allocation.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
///     |                           timestamp                           |
///     |           synchronization source (SSRC) identifier            |
///     |            contributing source (CSRC) identifiers × CC        |
///     |      defined by profile       |  extension length (words)     |  if X
///     |                        extension elements                     |
///     |                            payload …            | padding | n |  if P: the last n bytes
///                                                     RFC 3550 §5.1, §5.3.1
///
/// Offsets count from the first byte of the packet.
public struct RTPHeader: Equatable, Sendable {
    /// Bytes of a header without CSRCs and extensions.
    @inlinable public static var minimumLength: Int { 12 }

    public var marker: Bool
    public var payloadType: PayloadType
    public var sequenceNumber: SequenceNumber
    public var timestamp: RTPTimestamp
    public var ssrc: SSRC
    /// 0…15 contributing sources, at byte 12.
    public var csrcCount: Int
    /// The "defined by profile" field; 0xBEDE and 0x100x are RFC 8285's. 0 without extension.
    public var extensionProfile: UInt16
    /// Offset of the extension's elements, after the four bytes of profile and length; `headerLength` without extension.
    public var extensionOffset: Int
    /// Bytes of extension elements.
    public var extensionLength: Int
    /// Bytes before the payload.
    public var headerLength: Int
    /// Padding bytes at the end, the count byte included; 0 without padding, and in a packet that is still encrypted.
    public var paddingLength: Int
    /// Bytes of the whole packet.
    public var packetLength: Int

    /// The payload without padding.
    @inlinable public var payloadRange: Range<Int> { Range(uncheckedBounds: (headerLength, packetLength &- paddingLength)) }
    /// Bytes of payload without padding; 0 in a pure padding (probe) packet.
    @inlinable public var payloadLength: Int { packetLength &- paddingLength &- headerLength }
    /// Where the extension's elements are.
    @inlinable public var extensionRange: Range<Int> { Range(uncheckedBounds: (extensionOffset, extensionOffset &+ extensionLength)) }

    /// Reads a decrypted packet.
    ///
    /// - Throws: `tooShort`, `badVersion`, `badLength` where the extension runs over the end, or `badPadding`.
    public init(parsing packet: UnsafeRawBufferPointer) throws(ParseError) {
        try self.init(parsing: packet, encrypted: false)
    }

    /// Reads the header of an SRTP packet, whose padding count is still encrypted (RFC 3711 §3.1) and is taken as zero.
    public init(parsingEncrypted packet: UnsafeRawBufferPointer) throws(ParseError) {
        try self.init(parsing: packet, encrypted: true)
    }

    /// The SSRC of what may be an RTP packet; `nil` when it is shorter than a header.
    @inlinable
    public static func ssrc(of packet: UnsafeRawBufferPointer) -> SSRC? {
        packet.count >= minimumLength ? SSRC(packet.uint32(at: 8)) : nil
    }

    @inline(__always)
    private init(parsing packet: UnsafeRawBufferPointer, encrypted: Bool) throws(ParseError) {
        guard packet.count >= RTPHeader.minimumLength else { throw ParseError(.tooShort, at: packet.count) }
        let first = packet[0]
        guard first >> 6 == 2 else { throw ParseError(.badVersion, at: 0) }
        let second = packet[1]
        marker = second & 0x80 != 0
        payloadType = PayloadType(second & 0x7F)
        sequenceNumber = SequenceNumber(packet.uint16(at: 2))
        timestamp = RTPTimestamp(packet.uint32(at: 4))
        ssrc = SSRC(packet.uint32(at: 8))
        csrcCount = Int(first & 0x0F)
        packetLength = packet.count

        var offset = RTPHeader.minimumLength &+ csrcCount &* 4
        guard offset <= packet.count else { throw ParseError(.tooShort, at: packet.count) }
        extensionProfile = 0
        extensionLength = 0
        extensionOffset = offset
        if first & 0x10 != 0 {
            guard packet.count &- offset >= 4 else { throw ParseError(.tooShort, at: packet.count) }
            extensionProfile = packet.uint16(at: offset)
            extensionLength = Int(packet.uint16(at: offset &+ 2)) &* 4
            extensionOffset = offset &+ 4
            guard packet.count &- extensionOffset >= extensionLength else { throw ParseError(.badLength, at: offset &+ 2) }
            offset = extensionOffset &+ extensionLength
        }
        headerLength = offset

        paddingLength = 0
        if first & 0x20 != 0, !encrypted {
            guard packet.count > offset else { throw ParseError(.badPadding, at: packet.count) }
            let count = Int(packet[packet.count &- 1])
            guard count > 0, count <= packet.count &- offset else { throw ParseError(.badPadding, at: packet.count &- 1) }
            paddingLength = count
        }
    }
}

// Setters in place, for packets that are forwarded with few fields changed. The buffer holds a whole header: the caller parsed or wrote it.
extension RTPHeader {
    @inlinable
    public static func setMarker(_ marker: Bool, payloadType: PayloadType, in packet: UnsafeMutableRawBufferPointer) {
        precondition(packet.count >= minimumLength, "a packet to rewrite has a whole header")
        packet[1] = (marker ? 0x80 : 0) | payloadType.rawValue & 0x7F
    }

    @inlinable
    public static func setPayloadType(_ payloadType: PayloadType, in packet: UnsafeMutableRawBufferPointer) {
        precondition(packet.count >= minimumLength, "a packet to rewrite has a whole header")
        packet[1] = packet[1] & 0x80 | payloadType.rawValue & 0x7F
    }

    @inlinable
    public static func setSequenceNumber(_ number: SequenceNumber, in packet: UnsafeMutableRawBufferPointer) {
        precondition(packet.count >= minimumLength, "a packet to rewrite has a whole header")
        packet.setUInt16(number.rawValue, at: 2)
    }

    @inlinable
    public static func setTimestamp(_ timestamp: RTPTimestamp, in packet: UnsafeMutableRawBufferPointer) {
        precondition(packet.count >= minimumLength, "a packet to rewrite has a whole header")
        packet.setUInt32(timestamp.rawValue, at: 4)
    }

    @inlinable
    public static func setSSRC(_ ssrc: SSRC, in packet: UnsafeMutableRawBufferPointer) {
        precondition(packet.count >= minimumLength, "a packet to rewrite has a whole header")
        packet.setUInt32(ssrc.rawValue, at: 8)
    }
}
