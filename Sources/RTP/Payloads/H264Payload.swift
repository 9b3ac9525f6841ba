/// What an H.264 packet holds (RFC 6184 §5.2), as far as forwarding needs it: does a keyframe begin here, and how large is it?
///
///     NAL header   |F|NRI|  type   |
///     1…23     single NAL unit
///     24       STAP-A:  | header | size (2) | NAL unit | size (2) | NAL unit …
///     28       FU-A:    | header |S|E|R|  type  | fragment
///
/// The types that only the interleaved mode uses (STAP-B, MTAP, FU-B) are not negotiated and refused.
public struct H264Payload: Equatable, Sendable {
    /// NAL unit types (Rec. ITU-T H.264, table 7-1).
    public enum NALType {
        public static let nonIDRSlice: UInt8 = 1
        public static let idrSlice: UInt8 = 5
        public static let sequenceParameterSet: UInt8 = 7
        public static let pictureParameterSet: UInt8 = 8
        public static let stapA: UInt8 = 24
        public static let fuA: UInt8 = 28
    }

    /// Type of the packet's own NAL header: 1…23, 24 or 28.
    public var packetType: UInt8
    /// A sequence parameter set begins in this packet.
    public private(set) var hasSequenceParameterSet = false
    /// An IDR slice begins in this packet.
    public private(set) var hasIDRSlice = false
    /// Size from the sequence parameter set, cropped; `nil` without one, or where it cannot be read.
    public private(set) var frameSize: FrameSize?

    /// The packet holds the start of a keyframe's data: a parameter set or an IDR slice. Encoders put the parameter set right before the slice, so
    /// the first such packet of a frame is where a receiver begins.
    public var isKeyframe: Bool { hasSequenceParameterSet || hasIDRSlice }

    /// - Throws: `tooShort`, `badLength` where a STAP-A's unit runs over the payload, `badValue` for an empty unit, `unexpectedType`.
    public init(parsing payload: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = ByteReader(payload)
        packetType = try reader.readUInt8() & 0x1F
        switch packetType {
        case 1...23:
            note(unit: payload)
        case NALType.stapA:
            try readAggregate(&reader)
        case NALType.fuA:
            let fragment = try reader.readUInt8()
            if fragment & 0x80 != 0 { note(type: fragment & 0x1F) }
        default:
            throw ParseError(.unexpectedType, at: 0)
        }
    }

    private mutating func readAggregate(_ reader: inout ByteReader) throws(ParseError) {
        try reader.require(3)
        while !reader.isAtEnd {
            let at = reader.offset
            let size = Int(try reader.readUInt16())
            guard size > 0 else { throw ParseError(.badValue, at: at) }
            guard size <= reader.remaining else { throw ParseError(.badLength, at: at) }
            note(unit: try reader.readBytes(size))
        }
    }

    private mutating func note(unit: UnsafeRawBufferPointer) {
        let type = unit[0] & 0x1F
        note(type: type)
        if type == NALType.sequenceParameterSet {
            frameSize = H264SequenceParameterSet.frameSize(UnsafeRawBufferPointer(rebasing: unit[1...]))
        }
    }

    private mutating func note(type: UInt8) {
        switch type {
        case NALType.idrSlice: hasIDRSlice = true
        case NALType.sequenceParameterSet: hasSequenceParameterSet = true
        default: break
        }
    }
}
