/// Splits frames into packets as libwebrtc does: as few as fit, about equally large, the smaller ones first.
package enum Packetizer {
    /// Sizes of the parts of `total` bytes, each at most `limit`; they differ by at most one byte.
    package static func split(_ total: Int, limit: Int) -> [Int] {
        let parts = max(1, (total + limit - 1) / limit)
        let larger = total % parts
        return (0..<parts).map { total / parts + ($0 >= parts - larger ? 1 : 0) }
    }

    /// The payloads of one VP8 frame, the descriptor before each part; `limit` bounds descriptor and part together.
    package static func vp8(_ frame: [UInt8], descriptor: VP8Descriptor, limit: Int) -> [[UInt8]] {
        var descriptor = descriptor
        descriptor.startOfPartition = true
        let overhead = descriptor.serialized().count
        var offset = 0
        return split(frame.count, limit: limit - overhead).map { size in
            let payload = descriptor.serialized() + frame[offset..<offset + size]
            offset += size
            descriptor.startOfPartition = false
            return payload
        }
    }

    /// The payloads of one VP9 frame.
    package static func vp9(_ frame: [UInt8], descriptor: VP9Descriptor, limit: Int) -> [[UInt8]] {
        var descriptor = descriptor
        descriptor.startsFrame = true
        var offset = 0
        return split(frame.count, limit: limit - descriptor.serialized().count).map { size in
            descriptor.endsFrame = offset + size == frame.count
            let payload = descriptor.serialized() + frame[offset..<offset + size]
            offset += size
            (descriptor.startsFrame, descriptor.size) = (false, nil)
            return payload
        }
    }
}
