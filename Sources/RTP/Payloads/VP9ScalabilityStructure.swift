/// The layers of a VP9 stream (RFC 9628 §4.2.1, "SS").
///
///         | N_S |Y|G|-|-|-|     N_S + 1 spatial layers
///     Y   |  width (16) | height (16) |     for each spatial layer
///     G   |      N_G      |     pictures in the group, each:
///         | TID |U| R |-|-|     then R bytes of P_DIFF
public struct VP9ScalabilityStructure: Sendable {
    /// 1…8.
    public var spatialLayerCount: Int
    /// Pictures in the group; `nil` without one.
    public var pictureGroupSize: Int?
    private var hasSizes: Bool
    private var sizes: InlineArray<8, FrameSize>

    /// The size of a spatial layer, 0..<`spatialLayerCount`; `nil` when sizes are not given.
    public func frameSize(ofSpatialLayer index: Int) -> FrameSize? {
        guard hasSizes, index >= 0, index < spatialLayerCount else { return nil }
        return sizes[index]
    }

    /// The size of the highest layer.
    public var frameSize: FrameSize? { frameSize(ofSpatialLayer: spatialLayerCount - 1) }

    init(_ reader: inout ByteReader) throws(ParseError) {
        let first = try reader.readUInt8()
        spatialLayerCount = Int(first >> 5) + 1
        hasSizes = first & 0x10 != 0
        sizes = InlineArray(repeating: FrameSize(width: 0, height: 0))
        if hasSizes {
            for index in 0..<spatialLayerCount {
                sizes[index] = FrameSize(width: try reader.readUInt16(), height: try reader.readUInt16())
            }
        }
        if first & 0x08 != 0 {
            let count = Int(try reader.readUInt8())
            for _ in 0..<count { try reader.skip(Int(try reader.readUInt8() >> 2 & 3)) }
            pictureGroupSize = count
        }
    }
}
