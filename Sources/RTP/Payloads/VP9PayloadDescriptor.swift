/// What stands before the VP9 data of a packet (RFC 9628 §4.2).
///
///          0 1 2 3 4 5 6 7
///         |I|P|L|F|B|E|V|Z|     P: predicted from earlier pictures · B, E: begins, ends a layer frame · Z: not a reference for higher layers
///     I   |M| picture id  |     with M, 15 bits in two bytes
///     L   | TID |U| SID |D|     U: switching up point · D: predicted from the spatial layer below
///         |   TL0PICIDX   |     if L and not F
///     P,F |   P_DIFF    |N|     up to three times, while N
///     V   scalability structure, see `VP9ScalabilityStructure`
public struct VP9PayloadDescriptor: Sendable {
    /// 7 or 15 bits, see `hasLongPictureID`.
    public var pictureID: UInt16?
    /// The picture id has 15 bits.
    public var hasLongPictureID: Bool
    /// P: the frame depends on earlier pictures.
    public var isInterPicturePredicted: Bool
    /// F: references are given by P_DIFF.
    public var isFlexibleMode: Bool
    /// B.
    public var startsFrame: Bool
    /// E.
    public var endsFrame: Bool
    /// Z: no frame of a higher spatial layer refers to this one.
    public var isNotReferenceForUpperLayers: Bool
    /// 0…7; `nil` without layer indices.
    public var temporalLayer: UInt8?
    /// 0…7; `nil` without layer indices.
    public var spatialLayer: UInt8?
    /// U: from here a receiver may go up to this temporal layer.
    public var isSwitchingUpPoint: Bool
    /// D: depends on the spatial layer below of the same picture.
    public var isInterLayerPredicted: Bool
    /// Counts the base temporal layer's pictures, modulo 256.
    public var tl0PictureIndex: UInt8?
    /// The layers and their sizes; usually in the first packet of a keyframe only.
    public var scalabilityStructure: VP9ScalabilityStructure?
    /// Bytes of the descriptor; the VP9 data follow.
    public var length: Int

    private var tl0Offset: Int

    /// The packet begins a keyframe of the lowest layer: a receiver can begin here.
    public var isKeyframe: Bool {
        startsFrame && !isInterPicturePredicted && !isInterLayerPredicted && (spatialLayer ?? 0) == 0
    }

    /// - Throws: `tooShort`, also where no VP9 data follow the descriptor; `badValue` for a fourth P_DIFF.
    public init(parsing payload: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = ByteReader(payload)
        let first = try reader.readUInt8()
        isInterPicturePredicted = first & 0x40 != 0
        isFlexibleMode = first & 0x10 != 0
        startsFrame = first & 0x08 != 0
        endsFrame = first & 0x04 != 0
        isNotReferenceForUpperLayers = first & 0x01 != 0
        hasLongPictureID = false
        isSwitchingUpPoint = false
        isInterLayerPredicted = false
        tl0Offset = 0
        if first & 0x80 != 0 {
            let high = try reader.readUInt8()
            hasLongPictureID = high & 0x80 != 0
            pictureID = UInt16(high & 0x7F)
            if hasLongPictureID { pictureID = UInt16(high & 0x7F) << 8 | UInt16(try reader.readUInt8()) }
        }
        if first & 0x20 != 0 {
            let layers = try reader.readUInt8()
            temporalLayer = layers >> 5
            isSwitchingUpPoint = layers & 0x10 != 0
            spatialLayer = layers >> 1 & 0x07
            isInterLayerPredicted = layers & 0x01 != 0
            if !isFlexibleMode {
                tl0Offset = reader.offset
                tl0PictureIndex = try reader.readUInt8()
            }
        }
        if first & 0x50 == 0x50 { try VP9PayloadDescriptor.skipReferences(&reader) }
        if first & 0x02 != 0 { scalabilityStructure = try VP9ScalabilityStructure(&reader) }
        length = reader.offset
        try reader.require(1)
    }

    /// One to three P_DIFF of seven bits; the low bit says that another follows.
    private static func skipReferences(_ reader: inout ByteReader) throws(ParseError) {
        for _ in 0..<3 where try reader.readUInt8() & 1 == 0 { return }
        throw ParseError(.badValue, at: reader.offset - 1)
    }

    /// Writes a picture id and TL0PICIDX over those of `payload`, which this descriptor was read from. The picture id keeps its 7 or 15 bits;
    /// a field that the descriptor lacks is left out.
    public func rewrite(pictureID newPictureID: UInt16, tl0PictureIndex newIndex: UInt8, in payload: UnsafeMutableRawBufferPointer) {
        precondition(payload.count >= length, "the payload that this descriptor was read from")
        if pictureID != nil {
            if hasLongPictureID {
                payload.setUInt16(0x8000 | newPictureID & 0x7FFF, at: 1)
            } else {
                payload[1] = UInt8(truncatingIfNeeded: newPictureID & 0x7F)
            }
        }
        if tl0PictureIndex != nil { payload[tl0Offset] = newIndex }
    }
}
