/// An RTP packet as a client of the simulation writes and reads it (RFC 3550 §5.1, RFC 8285 one-byte extensions).
///
/// The simulation has its own reading of every format on the wire. That is the point: a mistake in the RTP module cannot hide by being
/// made on both sides.
package struct WirePacket: Equatable, Sendable {
    package struct Element: Equatable, Sendable {
        /// 1…14.
        package var id: UInt8
        /// 1…16 bytes.
        package var bytes: [UInt8]
        package init(id: UInt8, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }
    }

    package var marker = false
    package var payloadType: UInt8 = 0
    package var sequenceNumber: UInt16 = 0
    package var timestamp: UInt32 = 0
    package var ssrc: UInt32 = 0
    package var contributors: [UInt32] = []
    package var extensions: [Element] = []
    package var payload: ArraySlice<UInt8> = []
    /// Bytes of padding, the last of which says how many; 0 is none.
    package var padding: UInt8 = 0

    package init() {}

    package subscript(extension id: UInt8) -> [UInt8]? {
        id == 0 ? nil : extensions.first { $0.id == id }?.bytes
    }

    /// The bytes on the wire, without SRTP.
    package func serialized() -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(64 + payload.count + Int(padding))
        let first: UInt8 = 0x80 | (padding > 0 ? 0x20 : 0) | (extensions.isEmpty ? 0 : 0x10) | UInt8(contributors.count)
        out.append(first)
        out.append((marker ? 0x80 : 0) | payloadType)
        out.append(big: sequenceNumber)
        out.append(big: timestamp)
        out.append(big: ssrc)
        for contributor in contributors { out.append(big: contributor) }
        if !extensions.isEmpty { appendExtensions(to: &out) }
        out += payload
        if padding > 0 {
            out += repeatElement(0, count: Int(padding) - 1)
            out.append(padding)
        }
        return out
    }

    private func appendExtensions(to out: inout [UInt8]) {
        let length = extensions.reduce(0) { $0 + 1 + $1.bytes.count }
        let words = (length + 3) / 4
        out.append(big: UInt16(0xBEDE))
        out.append(big: UInt16(words))
        for element in extensions {
            out.append(element.id << 4 | UInt8(element.bytes.count - 1))
            out += element.bytes
        }
        out += repeatElement(0, count: words * 4 - length)
    }

    /// `nil` if the bytes are not a well-formed packet.
    package init?(parsing bytes: [UInt8]) {
        guard bytes.count >= 12, bytes[0] >> 6 == 2 else { return nil }
        marker = bytes[1] & 0x80 != 0
        payloadType = bytes[1] & 0x7F
        sequenceNumber = bytes.big16(at: 2)
        timestamp = bytes.big32(at: 4)
        ssrc = bytes.big32(at: 8)
        var offset = 12 + 4 * Int(bytes[0] & 0x0F)
        guard bytes.count >= offset else { return nil }
        contributors = stride(from: 12, to: offset, by: 4).map { bytes.big32(at: $0) }
        if bytes[0] & 0x10 != 0 {
            guard bytes.count >= offset + 4 else { return nil }
            let end = offset + 4 + 4 * Int(bytes.big16(at: offset + 2))
            guard bytes.count >= end, bytes.big16(at: offset) == 0xBEDE, readExtensions(bytes, offset + 4, end) else { return nil }
            offset = end
        }
        var end = bytes.count
        if bytes[0] & 0x20 != 0 {
            padding = bytes[end - 1]
            guard padding > 0, end - Int(padding) >= offset else { return nil }
            end -= Int(padding)
        }
        payload = bytes[offset..<end]
    }

    private mutating func readExtensions(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        var offset = start
        while offset < end {
            let id = bytes[offset] >> 4
            guard id != 0 else {
                offset += 1
                continue
            }
            guard id != 15 else { return true }
            let length = Int(bytes[offset] & 0x0F) + 1
            guard offset + 1 + length <= end else { return false }
            extensions.append(Element(id: id, bytes: Array(bytes[offset + 1..<offset + 1 + length])))
            offset += 1 + length
        }
        return true
    }
}
