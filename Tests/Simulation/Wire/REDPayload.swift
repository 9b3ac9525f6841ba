/// RFC 2198 as Chromium sends it for Opus: at most one redundant block, the frame before, ahead of the primary.
package enum REDPayload {
    /// `offset` is how much older than the packet the redundant frame is, in timestamp units, 14 bits.
    package static func serialized(_ primary: [UInt8], redundant: (frame: [UInt8], offset: UInt32)?, payloadType: UInt8) -> [UInt8] {
        var out: [UInt8] = []
        if let redundant {
            out.append(0x80 | payloadType)
            out.append(big24: redundant.offset << 10 | UInt32(redundant.frame.count))
        }
        out.append(payloadType)
        return out + (redundant?.frame ?? []) + primary
    }

    /// The blocks, oldest first, each with its age; `nil` if they do not fit, or are of another payload type.
    package static func parse(_ payload: ArraySlice<UInt8>, payloadType: UInt8) -> [(offset: UInt32, frame: ArraySlice<UInt8>)]? {
        var sizes: [(offset: UInt32, count: Int)] = []
        var position = payload.startIndex
        while position < payload.endIndex, payload[position] & 0x80 != 0 {
            guard position + 4 <= payload.endIndex, payload[position] & 0x7F == payloadType else { return nil }
            let word = Array(payload[position..<position + 4]).big24(at: 1)
            sizes.append((word >> 10, Int(word & 0x3FF)))
            position += 4
        }
        guard position < payload.endIndex, payload[position] == payloadType else { return nil }
        position += 1
        var blocks: [(offset: UInt32, frame: ArraySlice<UInt8>)] = []
        for size in sizes {
            guard position + size.count <= payload.endIndex else { return nil }
            blocks.append((size.offset, payload[position..<position + size.count]))
            position += size.count
        }
        return blocks + [(0, payload[position...])]
    }
}
