/// The VP9 payload descriptor as libwebrtc writes it without spatial layers: not flexible, a 15-bit picture id always, layer indices and TL0PICIDX
/// where there are temporal layers, the size with each keyframe (RFC 9628 §4.2).
package struct VP9Descriptor: Equatable, Sendable {
    package var isPredicted = false
    package var startsFrame = false
    package var endsFrame = false
    package var pictureID: UInt16?
    package var tl0PictureIndex: UInt8?
    package var temporalID: UInt8?
    package var switchingUp = false
    /// Of the scalability structure: one spatial layer with its size, no picture group.
    package var size: (width: Int, height: Int)?

    package init() {}

    package static func == (a: Self, b: Self) -> Bool { a.serialized() == b.serialized() }

    package func serialized() -> [UInt8] {
        let hasLayers = temporalID != nil
        var first: UInt8 = (pictureID != nil ? 0x80 : 0) | (isPredicted ? 0x40 : 0) | (hasLayers ? 0x20 : 0)
        first |= (startsFrame ? 0x08 : 0) | (endsFrame ? 0x04 : 0) | (size != nil ? 0x02 : 0) | 0x01
        var out = [first]
        if let pictureID { out.append(big: 0x8000 | pictureID) }
        if let temporalID {
            out.append(temporalID << 5 | (switchingUp ? 0x10 : 0))
            out.append(tl0PictureIndex ?? 0)
        }
        if let size {
            // N_S 0, Y 1, G 0.
            out.append(0x10)
            out.append(big: UInt16(size.width))
            out.append(big: UInt16(size.height))
        }
        return out
    }

    /// The descriptor and how many bytes it took; `nil` if the payload is too short, or of a form that is not written here.
    package static func parse(_ payload: ArraySlice<UInt8>) -> (descriptor: VP9Descriptor, length: Int)? {
        let bytes = Array(payload.prefix(16))
        guard let first = bytes.first, first & 0x10 == 0 else { return nil }
        var descriptor = VP9Descriptor()
        descriptor.isPredicted = first & 0x40 != 0
        descriptor.startsFrame = first & 0x08 != 0
        descriptor.endsFrame = first & 0x04 != 0
        var length = 1
        if first & 0x80 != 0 {
            guard bytes.count > length + 1, bytes[length] & 0x80 != 0 else { return nil }
            descriptor.pictureID = bytes.big16(at: length) & 0x7FFF
            length += 2
        }
        if first & 0x20 != 0 {
            guard bytes.count > length + 1, bytes[length] & 0x0F == 0 else { return nil }
            descriptor.temporalID = bytes[length] >> 5
            descriptor.switchingUp = bytes[length] & 0x10 != 0
            descriptor.tl0PictureIndex = bytes[length + 1]
            length += 2
        }
        if first & 0x02 != 0 {
            guard bytes.count > length + 4, bytes[length] == 0x10 else { return nil }
            descriptor.size = (Int(bytes.big16(at: length + 1)), Int(bytes.big16(at: length + 3)))
            length += 5
        }
        return (descriptor, length)
    }
}

/// What the first bytes of a VP9 frame say (VP9 bitstream specification §6.2).
package enum VP9Frame {
    /// frame_marker 2, profile 0, not show_existing_frame, frame_type KEY_FRAME, and the sync code.
    package static func isKeyframe(_ frame: ArraySlice<UInt8>) -> Bool {
        let start = frame.startIndex
        return frame.count >= 4 && frame[start] & 0xFC == 0x80 && Array(frame[start + 1..<start + 4]) == [0x49, 0x83, 0x42]
    }
}
