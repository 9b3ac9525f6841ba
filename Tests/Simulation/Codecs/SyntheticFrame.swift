/// A frame that costs nothing to encode and says exactly what decoding it needs, for rooms too large for real encoders.
///
/// It begins as a VP8 frame does (frame tag, and the start code and size of a keyframe), so that the server reads it as one. Then come who
/// made it, on which layer, its number, the number of the frame that it refers to, when it was captured, and a checksum over all.
/// `SyntheticDecoder` accepts a frame only if the frame it refers to was decoded: the reference chain is checked exactly, where a real
/// decoder would show garbage and carry on.
package struct SyntheticFrame: Equatable, Sendable {
    package var id: UInt8
    package var layer: UInt8
    package var width: Int
    package var height: Int
    package var number: UInt32
    /// Its own number in a keyframe.
    package var reference: UInt32
    /// Whether later frames refer to it.
    package var isReference: Bool
    package var captureMilliseconds: UInt32

    package init(
        id: UInt8, layer: UInt8, width: Int, height: Int, number: UInt32, reference: UInt32, isReference: Bool, captureMilliseconds: UInt32
    ) {
        self.id = id
        self.layer = layer
        self.width = width
        self.height = height
        self.number = number
        self.reference = reference
        self.isReference = isReference
        self.captureMilliseconds = captureMilliseconds
    }

    package var isKeyframe: Bool { reference == number }

    private static let magic: UInt32 = 0x5059_4C31
    /// Frame tag, size, and the fields below them.
    package static let smallest = 48

    /// The frame filled up to `size` bytes.
    package func serialized(size: Int) -> [UInt8] {
        let size = max(size, Self.smallest)
        var out: [UInt8] = []
        out.reserveCapacity(size)
        // RFC 6386 §9.1: bit 0 is 0 in a keyframe, bit 4 is show_frame; the first partition's size follows in 19 bits.
        out += [isKeyframe ? 0x10 : 0x11, 0x02, 0x00]
        if isKeyframe { out += [0x9D, 0x01, 0x2A] }
        out += [UInt8(width & 255), UInt8(width >> 8), UInt8(height & 255), UInt8(height >> 8)]
        out.append(big: Self.magic)
        out += [id, layer, isReference ? 1 : 0]
        out.append(big: number)
        out.append(big: reference)
        out.append(big: captureMilliseconds)
        out.append(big: UInt32(size))
        var filler = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
        while out.count < size - 8 {
            filler = filler &* 6_364_136_223_846_793_005 &+ UInt64(id) &+ 1
            out.append(UInt8(truncatingIfNeeded: filler >> 56))
        }
        out.append(big: Self.checksum(out))
        return out
    }

    /// `nil` if the bytes are not a whole, unharmed frame.
    package init?(parsing bytes: [UInt8]) {
        guard bytes.count >= Self.smallest else { return nil }
        let isKeyframe = bytes[0] & 1 == 0
        let start = isKeyframe ? 6 : 3
        guard bytes.big32(at: start + 4) == Self.magic, Int(bytes.big32(at: start + 23)) == bytes.count else { return nil }
        guard Self.checksum(bytes[0..<bytes.count - 8]) == bytes.big64(at: bytes.count - 8) else { return nil }
        width = Int(bytes[start]) | Int(bytes[start + 1]) << 8
        height = Int(bytes[start + 2]) | Int(bytes[start + 3]) << 8
        id = bytes[start + 8]
        layer = bytes[start + 9]
        isReference = bytes[start + 10] == 1
        number = bytes.big32(at: start + 11)
        reference = bytes.big32(at: start + 15)
        captureMilliseconds = bytes.big32(at: start + 19)
        guard isKeyframe == self.isKeyframe else { return nil }
    }

    private static func checksum(_ bytes: some RandomAccessCollection<UInt8>) -> UInt64 {
        var digest = Digest()
        bytes.withContiguousStorageIfAvailable { digest.add(UnsafeRawBufferPointer($0)) }
        return digest.value
    }
}

/// Decodes synthetic frames: it knows which frame each source and layer last left as a reference.
package struct SyntheticDecoder: Sendable {
    private var key: (id: UInt8, layer: UInt8)?
    private var decodedReferences: Set<UInt32> = []

    package init() {}

    /// The frame if everything it refers to was decoded.
    package mutating func decode(_ bytes: [UInt8]) -> SyntheticFrame? {
        guard let frame = SyntheticFrame(parsing: bytes) else { return nil }
        if frame.isKeyframe {
            key = (frame.id, frame.layer)
            decodedReferences = []
        } else {
            guard let key, key == (frame.id, frame.layer), decodedReferences.contains(frame.reference) else { return nil }
        }
        if frame.isReference {
            // A frame refers back at most one group of four: what is older cannot be asked for again.
            decodedReferences = decodedReferences.filter { frame.number &- $0 < 64 }
            decodedReferences.insert(frame.number)
        }
        return frame
    }
}
