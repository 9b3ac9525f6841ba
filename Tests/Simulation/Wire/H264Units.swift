/// A scripted H.264 stream (Rec. ITU-T H.264 §7.3, RFC 6184): parameter sets and slices with valid headers, whose slice data are whatever the
/// simulation puts there. No encoder is in our list; what the server reads of H.264 is all here.
package enum H264Units {
    package static let nonIDR: UInt8 = 1
    package static let idr: UInt8 = 5
    private static let sequenceParameterSet: UInt8 = 7
    private static let pictureParameterSet: UInt8 = 8
    private static let stapA: UInt8 = 24
    private static let fuA: UInt8 = 28
    private static let reference: UInt8 = 0x60

    /// Constrained baseline, level 3.1, for a picture of this size.
    static func parameterSets(width: Int, height: Int) -> [[UInt8]] {
        var bits = BitWriter()
        bits.bytes = [reference | sequenceParameterSet, 0x42, 0xE0, 0x1F]
        bits.unsigned(0)  // seq_parameter_set_id
        bits.unsigned(0)  // log2_max_frame_num_minus4
        bits.unsigned(2)  // pic_order_cnt_type
        bits.unsigned(1)  // max_num_ref_frames
        bits.append(0, count: 1)  // gaps_in_frame_num_allowed
        let (columns, rows) = ((width + 15) / 16, (height + 15) / 16)
        bits.unsigned(columns - 1)
        bits.unsigned(rows - 1)
        bits.append(0b11, count: 2)  // frame_mbs_only, direct_8x8_inference
        let (right, bottom) = ((columns * 16 - width) / 2, (rows * 16 - height) / 2)
        bits.append(right + bottom > 0 ? 1 : 0, count: 1)
        if right + bottom > 0 { [0, right, 0, bottom].forEach { bits.unsigned($0) } }
        bits.append(0, count: 1)  // no VUI
        bits.append(1, count: 1)  // stop bit
        return [bits.bytes, [reference | pictureParameterSet, 0xCE, 0x3C, 0x80]]
    }

    /// The payloads of one frame as libwebrtc makes them: parameter sets together before an IDR slice, the slice alone or in fragments.
    package static func payloads(slice: [UInt8], isKeyframe: Bool, width: Int, height: Int, limit: Int) -> [[UInt8]] {
        let type = isKeyframe ? idr : nonIDR
        var payloads: [[UInt8]] = []
        if isKeyframe {
            var aggregate = [reference | stapA]
            for unit in parameterSets(width: width, height: height) {
                aggregate.append(big: UInt16(unit.count))
                aggregate += unit
            }
            payloads.append(aggregate)
        }
        guard slice.count + 1 > limit else { return payloads + [[reference | type] + slice] }
        var offset = 0
        for size in Packetizer.split(slice.count, limit: limit - 2) {
            let (isFirst, isLast) = (offset == 0, offset + size == slice.count)
            payloads.append([reference | fuA, (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | type] + slice[offset..<offset + size])
            offset += size
        }
        return payloads
    }

    /// What one payload brings: slice data, and whether a frame or a keyframe begins here; `nil` if it is not of the form above.
    package static func parse(_ payload: ArraySlice<UInt8>) -> (slice: ArraySlice<UInt8>, startsFrame: Bool, isKeyframe: Bool)? {
        guard let header = payload.first, payload.count > 2 else { return nil }
        let second = payload[payload.startIndex + 1]
        switch header & 0x1F {
        case stapA: return isParameterSets(Array(payload)) ? ([], true, true) : nil
        case nonIDR: return (payload.dropFirst(), true, false)
        // The parameter sets came before.
        case idr: return (payload.dropFirst(), false, false)
        case fuA: return (payload.dropFirst(2), second & 0x80 != 0 && second & 0x1F == nonIDR, false)
        default: return nil
        }
    }

    /// Whole units, the first of them a sequence parameter set.
    private static func isParameterSets(_ payload: [UInt8]) -> Bool {
        var offset = 1
        guard payload.count > 3, payload[3] & 0x1F == sequenceParameterSet else { return false }
        while offset < payload.count {
            guard offset + 2 < payload.count else { return false }
            offset += 2 + Int(payload.big16(at: offset))
        }
        return offset == payload.count
    }

    /// Bits from the most significant on, and Exp-Golomb codes (§9.1).
    private struct BitWriter {
        var bytes: [UInt8] = []
        private var free = 0

        mutating func append(_ value: Int, count: Int) {
            for bit in (0..<count).reversed() {
                if free == 0 {
                    bytes.append(0)
                    free = 8
                }
                free -= 1
                if value >> bit & 1 == 1 { bytes[bytes.count - 1] |= 1 << UInt8(free) }
            }
        }

        mutating func unsigned(_ value: Int) {
            let length = Int.bitWidth - (value + 1).leadingZeroBitCount
            append(0, count: length - 1)
            append(value + 1, count: length)
        }
    }
}
