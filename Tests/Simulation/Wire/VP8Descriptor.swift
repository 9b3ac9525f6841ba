/// The VP8 payload descriptor as libwebrtc writes it: a 15-bit picture id always, TL0PICIDX and TID where there are temporal layers
/// (RFC 7741 §4.2).
package struct VP8Descriptor: Equatable, Sendable {
    package var startOfPartition = false
    package var nonReference = false
    package var pictureID: UInt16?
    package var tl0PictureIndex: UInt8?
    package var temporalID: UInt8?
    package var layerSync = false

    package init() {}

    package func serialized() -> [UInt8] {
        var out: [UInt8] = [0x80 | (nonReference ? 0x20 : 0) | (startOfPartition ? 0x10 : 0)]
        out.append((pictureID != nil ? 0x80 : 0) | (tl0PictureIndex != nil ? 0x40 : 0) | (temporalID != nil ? 0x20 : 0))
        if let pictureID { out.append(big: 0x8000 | pictureID) }
        if let tl0PictureIndex { out.append(tl0PictureIndex) }
        if let temporalID { out.append(temporalID << 6 | (layerSync ? 0x20 : 0)) }
        return out
    }

    /// The descriptor and how many bytes it took; `nil` if the payload is too short.
    package static func parse(_ payload: ArraySlice<UInt8>) -> (descriptor: VP8Descriptor, length: Int)? {
        var reader = payload.makeIterator()
        var length = 1
        guard let first = reader.next() else { return nil }
        var descriptor = VP8Descriptor()
        descriptor.nonReference = first & 0x20 != 0
        descriptor.startOfPartition = first & 0x10 != 0 && first & 0x07 == 0
        guard first & 0x80 != 0 else { return (descriptor, length) }
        guard let flags = reader.next() else { return nil }
        length += 1
        if flags & 0x80 != 0 {
            guard let high = reader.next() else { return nil }
            length += 1
            descriptor.pictureID = UInt16(high & 0x7F)
            if high & 0x80 != 0 {
                guard let low = reader.next() else { return nil }
                length += 1
                descriptor.pictureID = UInt16(high & 0x7F) << 8 | UInt16(low)
            }
        }
        if flags & 0x40 != 0 {
            guard let index = reader.next() else { return nil }
            length += 1
            descriptor.tl0PictureIndex = index
        }
        if flags & 0x30 != 0 {
            guard let byte = reader.next() else { return nil }
            length += 1
            if flags & 0x20 != 0 {
                descriptor.temporalID = byte >> 6
                descriptor.layerSync = byte & 0x20 != 0
            }
        }
        return (descriptor, length)
    }
}

/// What the first bytes of a VP8 frame say (RFC 6386 §9.1).
package enum VP8Frame {
    /// The size if the frame is a keyframe.
    package static func keyframeSize(_ frame: ArraySlice<UInt8>) -> (width: Int, height: Int)? {
        let start = frame.startIndex
        guard frame.count >= 10, frame[start] & 1 == 0, Array(frame[start + 3..<start + 6]) == [0x9D, 0x01, 0x2A] else { return nil }
        let width = Int(frame[start + 6]) | Int(frame[start + 7] & 0x3F) << 8
        let height = Int(frame[start + 8]) | Int(frame[start + 9] & 0x3F) << 8
        return (width, height)
    }
}
