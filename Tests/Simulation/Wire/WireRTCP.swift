/// RTCP as a client of the simulation reads it (RFC 3550 §6, RFC 4585 §6, draft-alvestrand-rmcat-remb, draft-holmer-rmcat-transport-wide-cc).
package enum WireRTCP: Equatable, Sendable {
    package struct Block: Equatable, Sendable {
        package var ssrc: UInt32 = 0
        package var fractionLost: UInt8 = 0
        /// 24 bits, signed.
        package var cumulativeLost: Int32 = 0
        package var highestSequence: UInt32 = 0
        package var jitter: UInt32 = 0
        package var lastSR: UInt32 = 0
        package var delaySinceLastSR: UInt32 = 0
        package init() {}
    }

    case senderReport(ssrc: UInt32, ntp: UInt64, rtp: UInt32, packets: UInt32, bytes: UInt32, blocks: [Block])
    case receiverReport(ssrc: UInt32, blocks: [Block])
    case sourceDescription
    case goodbye([UInt32])
    case nack(media: UInt32, [UInt16])
    case pictureLoss(media: UInt32)
    case fullIntra([UInt32])
    case remb(bitrate: Int, ssrcs: [UInt32])
    case transportFeedback(TransportFeedback)
    case other(type: UInt8, format: UInt8)

    /// What a transport-wide feedback says about each packet that it covers.
    package struct TransportFeedback: Equatable, Sendable {
        package var media: UInt32
        package var base: UInt16
        package var count: UInt8
        /// Multiples of 64 ms.
        package var reference: UInt32
        /// One per packet from `base` on: the delta to the previous arrival in units of 250 µs, or `nil` if not received.
        package var deltas: [Int?]
    }

    /// All messages of a compound or reduced-size packet; `nil` if any is malformed.
    package static func parse(_ bytes: [UInt8]) -> [WireRTCP]? {
        var messages: [WireRTCP] = []
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4, bytes[offset] >> 6 == 2 else { return nil }
            let end = offset + 4 * (Int(bytes.big16(at: offset + 2)) + 1)
            guard end <= bytes.count else { return nil }
            let padding = bytes[offset] & 0x20 != 0 ? Int(bytes[end - 1]) : 0
            guard padding <= end - offset - 4 else { return nil }
            let body = bytes[offset + 4..<end - padding]
            guard let message = parse(type: bytes[offset + 1], format: bytes[offset] & 0x1F, Array(body)) else { return nil }
            messages.append(message)
            offset = end
        }
        return messages.isEmpty ? nil : messages
    }

    private static func parse(type: UInt8, format: UInt8, _ body: [UInt8]) -> WireRTCP? {
        switch (type, format) {
        case (200, _):
            guard body.count >= 24, let blocks = parseBlocks(body, from: 24, count: Int(format)) else { return nil }
            return .senderReport(
                ssrc: body.big32(at: 0), ntp: body.big64(at: 4), rtp: body.big32(at: 12), packets: body.big32(at: 16),
                bytes: body.big32(at: 20), blocks: blocks)
        case (201, _):
            guard body.count >= 4, let blocks = parseBlocks(body, from: 4, count: Int(format)) else { return nil }
            return .receiverReport(ssrc: body.big32(at: 0), blocks: blocks)
        case (202, _): return .sourceDescription
        case (203, _):
            guard body.count >= 4 * Int(format) else { return nil }
            return .goodbye((0..<Int(format)).map { body.big32(at: 4 * $0) })
        case (205, 1): return parseNack(body)
        case (205, 15): return parseTransportFeedback(body)
        case (206, 1): return body.count >= 8 ? .pictureLoss(media: body.big32(at: 4)) : nil
        case (206, 4): return .fullIntra(stride(from: 8, to: body.count - 7, by: 8).map { body.big32(at: $0) })
        case (206, 15): return parseREMB(body)
        default: return .other(type: type, format: format)
        }
    }

    private static func parseBlocks(_ body: [UInt8], from start: Int, count: Int) -> [Block]? {
        guard body.count >= start + 24 * count else { return nil }
        return (0..<count).map { index in
            let offset = start + 24 * index
            var block = Block()
            block.ssrc = body.big32(at: offset)
            block.fractionLost = body[offset + 4]
            block.cumulativeLost = Int32(bitPattern: body.big24(at: offset + 5) << 8) >> 8
            block.highestSequence = body.big32(at: offset + 8)
            block.jitter = body.big32(at: offset + 12)
            block.lastSR = body.big32(at: offset + 16)
            block.delaySinceLastSR = body.big32(at: offset + 20)
            return block
        }
    }

    private static func parseNack(_ body: [UInt8]) -> WireRTCP? {
        guard body.count >= 12 else { return nil }
        var lost: [UInt16] = []
        for offset in stride(from: 8, to: body.count - 3, by: 4) {
            let base = body.big16(at: offset)
            let mask = body.big16(at: offset + 2)
            lost.append(base)
            for bit in 0..<16 where mask >> UInt16(bit) & 1 == 1 { lost.append(base &+ UInt16(bit) &+ 1) }
        }
        return .nack(media: body.big32(at: 4), lost)
    }

    private static func parseREMB(_ body: [UInt8]) -> WireRTCP? {
        guard body.count >= 16, body.big32(at: 8) == 0x5245_4D42 else { return .other(type: 206, format: 15) }
        let count = Int(body[12])
        let exponent = Int(body[13] >> 2)
        let mantissa = Int(body[13] & 3) << 16 | Int(body.big16(at: 14))
        guard body.count >= 16 + 4 * count, exponent < 40 else { return nil }
        return .remb(bitrate: mantissa << exponent, ssrcs: (0..<count).map { body.big32(at: 16 + 4 * $0) })
    }

    private static func parseTransportFeedback(_ body: [UInt8]) -> WireRTCP? {
        guard body.count >= 16 else { return nil }
        let statusCount = Int(body.big16(at: 10))
        var symbols: [UInt8] = []
        var offset = 16
        while symbols.count < statusCount {
            guard offset + 2 <= body.count else { return nil }
            let chunk = body.big16(at: offset)
            offset += 2
            if chunk & 0x8000 == 0 {
                symbols += repeatElement(UInt8(chunk >> 13 & 3), count: Int(chunk & 0x1FFF))
            } else if chunk & 0x4000 == 0 {
                symbols += (0..<14).map { UInt8(chunk >> UInt16(13 - $0) & 1) }
            } else {
                symbols += (0..<7).map { UInt8(chunk >> UInt16(12 - 2 * $0) & 3) }
            }
        }
        var deltas: [Int?] = []
        for symbol in symbols.prefix(statusCount) {
            switch symbol {
            case 1:
                guard offset + 1 <= body.count else { return nil }
                deltas.append(Int(body[offset]))
                offset += 1
            case 2:
                guard offset + 2 <= body.count else { return nil }
                deltas.append(Int(Int16(bitPattern: body.big16(at: offset))))
                offset += 2
            default: deltas.append(nil)
            }
        }
        return .transportFeedback(
            TransportFeedback(
                media: body.big32(at: 4), base: body.big16(at: 8), count: body[15], reference: body.big24(at: 12), deltas: deltas))
    }
}
