/// RTCP as a client of the simulation writes it. Several messages in a row make a compound packet.
package struct WireRTCPWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package var isEmpty: Bool { bytes.isEmpty }

    private mutating func header(type: UInt8, format: Int, bodyBytes: Int) {
        bytes.append(0x80 | UInt8(format))
        bytes.append(type)
        bytes.append(big: UInt16(bodyBytes / 4))
    }

    package mutating func senderReport(
        ssrc: UInt32, ntp: UInt64, rtp: UInt32, packets: UInt32, octets: UInt32, blocks: [WireRTCP.Block] = []
    ) {
        header(type: 200, format: blocks.count, bodyBytes: 24 + 24 * blocks.count)
        bytes.append(big: ssrc)
        bytes.append(big: ntp)
        bytes.append(big: rtp)
        bytes.append(big: packets)
        bytes.append(big: octets)
        blocks.forEach { append($0) }
    }

    package mutating func receiverReport(ssrc: UInt32, blocks: [WireRTCP.Block]) {
        header(type: 201, format: blocks.count, bodyBytes: 4 + 24 * blocks.count)
        bytes.append(big: ssrc)
        blocks.forEach { append($0) }
    }

    private mutating func append(_ block: WireRTCP.Block) {
        bytes.append(big: block.ssrc)
        bytes.append(block.fractionLost)
        bytes.append(big24: UInt32(bitPattern: block.cumulativeLost) & 0xFF_FFFF)
        bytes.append(big: block.highestSequence)
        bytes.append(big: block.jitter)
        bytes.append(big: block.lastSR)
        bytes.append(big: block.delaySinceLastSR)
    }

    /// CNAME (RFC 3550 §6.5.1).
    package mutating func sourceDescription(ssrc: UInt32, cname: String) {
        var item: [UInt8] = [1, UInt8(cname.utf8.count)] + Array(cname.utf8)
        item += repeatElement(0, count: 4 - item.count % 4)
        header(type: 202, format: 1, bodyBytes: 4 + item.count)
        bytes.append(big: ssrc)
        bytes += item
    }

    /// Generic NACK (RFC 4585 §6.2.1) of numbers in order.
    package mutating func nack(sender: UInt32, media: UInt32, _ lost: [UInt16]) {
        var items: [(UInt16, UInt16)] = []
        for number in lost {
            if let (base, mask) = items.last, number &- base >= 1, number &- base <= 16 {
                items[items.count - 1] = (base, mask | 1 << (number &- base &- 1))
            } else {
                items.append((number, 0))
            }
        }
        header(type: 205, format: 1, bodyBytes: 8 + 4 * items.count)
        bytes.append(big: sender)
        bytes.append(big: media)
        for (base, mask) in items {
            bytes.append(big: base)
            bytes.append(big: mask)
        }
    }

    package mutating func pictureLoss(sender: UInt32, media: UInt32) {
        header(type: 206, format: 1, bodyBytes: 8)
        bytes.append(big: sender)
        bytes.append(big: media)
    }

    package mutating func remb(sender: UInt32, bitrate: Int, ssrcs: [UInt32]) {
        var (mantissa, exponent) = (bitrate, 0)
        while mantissa > 0x3FFFF {
            mantissa >>= 1
            exponent += 1
        }
        header(type: 206, format: 15, bodyBytes: 16 + 4 * ssrcs.count)
        bytes.append(big: sender)
        bytes.append(big: UInt32(0))
        bytes.append(big: UInt32(0x5245_4D42))
        bytes.append(UInt8(ssrcs.count))
        bytes.append(UInt8(exponent << 2 | mantissa >> 16))
        bytes.append(big: UInt16(truncatingIfNeeded: mantissa))
        ssrcs.forEach { bytes.append(big: $0) }
    }
}
