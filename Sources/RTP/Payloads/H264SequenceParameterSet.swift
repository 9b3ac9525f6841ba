/// Reads the picture size out of a sequence parameter set (Rec. ITU-T H.264 §7.3.2.1.1).
enum H264SequenceParameterSet {
    /// Larger than any level allows; what is above is nonsense or an attack.
    private static let largestSide = 16_384

    /// The cropped size, from the bytes behind the NAL header; `nil` where they do not make sense.
    static func frameSize(_ bytes: UnsafeRawBufferPointer) -> FrameSize? {
        do {
            var reader = ExpGolombReader(bytes)
            return try frameSize(&reader)
        } catch {
            return nil
        }
    }

    private static func frameSize(_ reader: inout ExpGolombReader) throws(ParseError) -> FrameSize? {
        let profile = try reader.readBits(8)
        try reader.skipBits(16)
        _ = try reader.readUnsigned()
        let chromaFormat = try readChromaFormat(&reader, profile: profile)

        _ = try reader.readUnsigned()
        try skipPictureOrder(&reader)
        _ = try reader.readUnsigned()
        try reader.skipBits(1)

        let widthInMacroblocks = Int(try reader.readUnsigned()) + 1
        let heightInMapUnits = Int(try reader.readUnsigned()) + 1
        let frameOnly = try reader.readBits(1) == 1
        if !frameOnly { try reader.skipBits(1) }
        try reader.skipBits(1)
        guard widthInMacroblocks <= largestSide / 16, heightInMapUnits <= largestSide / 16 else { return nil }

        let fieldFactor = frameOnly ? 1 : 2
        var width = widthInMacroblocks * 16
        var height = heightInMapUnits * 16 * fieldFactor
        if try reader.readBits(1) == 1 {
            // Crop units (§7.4.2.1.1): chroma subsampling in each direction, and two lines at once where fields are coded.
            let unitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1
            let unitY = (chromaFormat == 1 ? 2 : 1) * fieldFactor
            let left = Int(try reader.readUnsigned())
            let right = Int(try reader.readUnsigned())
            let top = Int(try reader.readUnsigned())
            let bottom = Int(try reader.readUnsigned())
            width -= (left + right) * unitX
            height -= (top + bottom) * unitY
        }
        guard width > 0, height > 0, height <= largestSide else { return nil }
        return FrameSize(width: UInt16(width), height: UInt16(height))
    }

    /// chroma_format_idc, 1 (4:2:0) where the profile does not carry it; 0 when the planes are coded apart.
    private static func readChromaFormat(_ reader: inout ExpGolombReader, profile: UInt32) throws(ParseError) -> UInt32 {
        switch profile {
        case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135: break
        default: return 1
        }
        let chromaFormat = try reader.readUnsigned()
        guard chromaFormat <= 3 else { throw reader.error(.badValue) }
        let planesApart = chromaFormat == 3 ? try reader.readBits(1) == 1 : false
        _ = try reader.readUnsigned()
        _ = try reader.readUnsigned()
        try reader.skipBits(1)
        if try reader.readBits(1) == 1 {
            for list in 0..<(chromaFormat == 3 ? 12 : 8) where try reader.readBits(1) == 1 {
                try skipScalingList(&reader, count: list < 6 ? 16 : 64)
            }
        }
        return planesApart ? 0 : chromaFormat
    }

    /// §7.3.2.1.1.1: deltas follow until one makes the next scale zero.
    private static func skipScalingList(_ reader: inout ExpGolombReader, count: Int) throws(ParseError) {
        var next: Int32 = 8
        for _ in 0..<count {
            next = (next &+ (try reader.readSigned())) & 0xFF
            if next == 0 { return }
        }
    }

    private static func skipPictureOrder(_ reader: inout ExpGolombReader) throws(ParseError) {
        switch try reader.readUnsigned() {
        case 0:
            _ = try reader.readUnsigned()
        case 1:
            try reader.skipBits(1)
            _ = try reader.readSigned()
            _ = try reader.readSigned()
            let count = try reader.readUnsigned()
            guard count <= 255 else { throw reader.error(.badValue) }
            for _ in 0..<count { _ = try reader.readSigned() }
        default:
            break
        }
    }
}
