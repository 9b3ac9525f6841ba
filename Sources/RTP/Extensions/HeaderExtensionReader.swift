/// One element of a packet's header extension.
public struct HeaderExtensionElement: Equatable, Sendable {
    /// 1…14, or 1…255 in the two-byte form.
    public var id: UInt8
    /// Where the value lies in the packet; may be empty in the two-byte form.
    public var range: Range<Int>

    @inlinable
    public init(id: UInt8, range: Range<Int>) {
        self.id = id
        self.range = range
    }
}

/// Walks the header extension elements of one packet (RFC 8285 §4.2, §4.3).
///
///     one-byte form    |  id   | len−1 |  value …      id 0 with length 0: padding · id 0 with a length, or id 15: the walk ends
///     two-byte form    |      id       |     len     | value …     id 0: padding, without a length byte
///
/// An element that runs over the end of the extension ends the walk; what came before it counts. A header extension never makes a packet bad.
public struct HeaderExtensionReader: Sequence, IteratorProtocol {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline let end: Int
    @usableFromInline let form: HeaderExtensionForm
    @usableFromInline var offset: Int

    /// Walks the extension of `packet`, whose header is `header`.
    @inlinable
    public init(_ header: RTPHeader, in packet: UnsafeRawBufferPointer) {
        bytes = packet
        let form = HeaderExtensionForm(profile: header.extensionProfile)
        self.form = form ?? .oneByte
        offset = header.extensionOffset
        let length = form == nil ? 0 : header.extensionLength
        // The header was parsed from this packet; should a caller mix packets up, nothing is read.
        end = header.packetLength == packet.count ? offset &+ length : offset
    }

    @inlinable
    public mutating func next() -> HeaderExtensionElement? {
        while offset < end {
            let first = bytes[offset]
            if first == 0 {
                offset &+= 1
                continue
            }
            let start: Int
            let id: UInt8
            let length: Int
            if form == .oneByte {
                id = first >> 4
                length = Int(first & 0x0F) &+ 1
                start = offset &+ 1
                guard id != 0, id != 15 else { break }
            } else {
                guard end &- offset >= 2 else { break }
                id = first
                length = Int(bytes[offset &+ 1])
                start = offset &+ 2
            }
            guard length <= end &- start else { break }
            offset = start &+ length
            return HeaderExtensionElement(id: id, range: Range(uncheckedBounds: (start, offset)))
        }
        offset = end
        return nil
    }
}
