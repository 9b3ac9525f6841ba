/// What stands before the VP8 data of a packet (RFC 7741 §4.2), and the start of a keyframe behind it (§4.3, RFC 6386 §9.1).
///
///           0 1 2 3 4 5 6 7
///          |X|R|N|S|R| PID |     N: not a reference · S: a partition starts here
///     X    |I|L|T|K|  RSV  |     if X
///     I    |M|  picture id |     if I; with M, 15 bits in two bytes
///     L    |   TL0PICIDX   |     if L
///     T/K  | TID |Y| KEYIDX|     if T or K
public struct VP8PayloadDescriptor: Equatable, Sendable {
    /// Nothing refers to this frame: it can be dropped alone.
    public var isNonReference: Bool
    /// The packet begins a partition.
    public var startsPartition: Bool
    /// 0…7; 0 holds the frame's header.
    public var partition: UInt8
    /// 7 or 15 bits, see `hasLongPictureID`.
    public var pictureID: UInt16?
    /// The picture id has 15 bits.
    public var hasLongPictureID: Bool
    /// Counts the frames of the base temporal layer, modulo 256.
    public var tl0PictureIndex: UInt8?
    /// 0…3; `nil` without temporal layers.
    public var temporalLayer: UInt8?
    /// The frame depends on the base layer only: a receiver may begin with this layer here.
    public var isLayerSync: Bool
    /// 0…31, of the last keyframe.
    public var keyIndex: UInt8?
    /// Bytes of the descriptor; the VP8 data follow.
    public var length: Int
    /// The packet begins a keyframe: P is 0 in the first byte of partition 0.
    public var isKeyframe: Bool
    /// The size that the keyframe's header tells; `nil` elsewhere or where that header is cut off.
    public var frameSize: FrameSize?

    private static let pictureIDOffset = 2

    /// The packet begins a frame.
    public var startsFrame: Bool { startsPartition && partition == 0 }

    /// Reads descriptor and frame header.
    ///
    /// - Throws: `tooShort`, also where no VP8 data follow the descriptor.
    public init(parsing payload: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = ByteReader(payload)
        let first = try reader.readUInt8()
        isNonReference = first & 0x20 != 0
        startsPartition = first & 0x10 != 0
        partition = first & 0x07
        hasLongPictureID = false
        isLayerSync = false
        if first & 0x80 != 0 {
            let fields = try reader.readUInt8()
            if fields & 0x80 != 0 {
                let high = try reader.readUInt8()
                hasLongPictureID = high & 0x80 != 0
                pictureID = UInt16(high & 0x7F)
                if hasLongPictureID { pictureID = UInt16(high & 0x7F) << 8 | UInt16(try reader.readUInt8()) }
            }
            if fields & 0x40 != 0 { tl0PictureIndex = try reader.readUInt8() }
            if fields & 0x30 != 0 {
                let layers = try reader.readUInt8()
                if fields & 0x20 != 0 {
                    temporalLayer = layers >> 6
                    isLayerSync = layers & 0x20 != 0
                }
                if fields & 0x10 != 0 { keyIndex = layers & 0x1F }
            }
        }
        length = reader.offset
        try reader.require(1)
        isKeyframe = first & 0x17 == 0x10 && payload[length] & 1 == 0
        if isKeyframe { frameSize = VP8PayloadDescriptor.frameSize(payload, at: length) }
    }

    /// Frame tag (3 bytes), start code 9d 01 2a, then 14 bits of width and of height below two of scaling, little-endian (RFC 6386 §9.1).
    private static func frameSize(_ payload: UnsafeRawBufferPointer, at offset: Int) -> FrameSize? {
        guard payload.count - offset >= 10, payload.uint24(at: offset + 3) == 0x9D_012A else { return nil }
        return FrameSize(
            width: payload.uint16(at: offset + 6).byteSwapped & 0x3FFF, height: payload.uint16(at: offset + 8).byteSwapped & 0x3FFF)
    }

    /// Writes a picture id and TL0PICIDX over those of `payload`, which this descriptor was read from. The picture id keeps its 7 or 15 bits;
    /// a field that the descriptor lacks is left out.
    public func rewrite(pictureID newPictureID: UInt16, tl0PictureIndex newIndex: UInt8, in payload: UnsafeMutableRawBufferPointer) {
        precondition(payload.count >= length, "the payload that this descriptor was read from")
        var offset = VP8PayloadDescriptor.pictureIDOffset
        if pictureID != nil {
            if hasLongPictureID {
                payload.setUInt16(0x8000 | newPictureID & 0x7FFF, at: offset)
                offset += 2
            } else {
                payload[offset] = UInt8(truncatingIfNeeded: newPictureID & 0x7F)
                offset += 1
            }
        }
        if tl0PictureIndex != nil { payload[offset] = newIndex }
    }
}
