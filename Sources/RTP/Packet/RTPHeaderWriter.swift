/// Writes a fresh header, without CSRCs: every packet that Parley sends starts with one of these, whatever the publisher's looked like.
public struct RTPHeaderWriter: Equatable, Sendable {
    public var marker: Bool
    public var payloadType: PayloadType
    public var sequenceNumber: SequenceNumber
    public var timestamp: RTPTimestamp
    public var ssrc: SSRC

    @inlinable
    public init(marker: Bool = false, payloadType: PayloadType, sequenceNumber: SequenceNumber, timestamp: RTPTimestamp, ssrc: SSRC) {
        self.marker = marker
        self.payloadType = payloadType
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// Writes twelve bytes without extensions; answers their number, or `nil` when the buffer is smaller.
    @inlinable
    public func write(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard buffer.count >= RTPHeader.minimumLength else { return nil }
        writeFixedPart(into: buffer, hasExtension: false)
        return RTPHeader.minimumLength
    }

    /// Writes the header with the extensions that `body` appends, none if it appends none.
    ///
    /// Answers the header's length, where the payload goes; `nil` when the fixed part does not fit. An extension that does not fit is left out.
    @inlinable
    public func write(
        into buffer: UnsafeMutableRawBufferPointer, form: HeaderExtensionForm = .oneByte,
        extensions body: (inout HeaderExtensionWriter) -> Void
    ) -> Int? {
        guard buffer.count >= RTPHeader.minimumLength else { return nil }
        var writer = HeaderExtensionWriter(
            UnsafeMutableRawBufferPointer(rebasing: buffer[RTPHeader.minimumLength...]), form: form)
        body(&writer)
        let length = writer.finish()
        writeFixedPart(into: buffer, hasExtension: length > 0)
        return RTPHeader.minimumLength &+ length
    }

    /// Fills the last `count` bytes of `packet` with padding and sets the P bit (RFC 3550 §5.1). The header is written and `count` is 1…255
    /// bytes that lie behind it.
    @inlinable
    public static func writePadding(_ count: Int, atEndOf packet: UnsafeMutableRawBufferPointer) {
        precondition(
            count > 0 && count <= 255 && packet.count >= RTPHeader.minimumLength &+ count, "padding is 1…255 bytes after the header")
        for index in (packet.count &- count)..<packet.count { packet[index] = 0 }
        packet[packet.count &- 1] = UInt8(truncatingIfNeeded: count)
        packet[0] |= 0x20
    }

    @inlinable
    func writeFixedPart(into buffer: UnsafeMutableRawBufferPointer, hasExtension: Bool) {
        buffer[0] = hasExtension ? 0x90 : 0x80
        buffer[1] = (marker ? 0x80 : 0) | payloadType.rawValue & 0x7F
        buffer.setUInt16(sequenceNumber.rawValue, at: 2)
        buffer.setUInt32(timestamp.rawValue, at: 4)
        buffer.setUInt32(ssrc.rawValue, at: 8)
    }
}
