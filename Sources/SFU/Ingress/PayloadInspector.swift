import RTP

/// Reads from a payload what forwarding needs: where frames and keyframes begin, temporal layers, picture ids. A payload that does not parse is
/// forwarded as an ordinary packet: the receiver's decoder judges it, not we.
enum PayloadInspector {
    /// - Parameter isNewTimestamp: the packet's timestamp differs from the packet before it (H264 does not say where a frame begins).
    /// - Returns: the picture's size where a keyframe tells it.
    @inline(__always)
    static func inspect(
        _ payload: UnsafeRawBufferPointer, codec: Codec, isNewTimestamp: Bool, into packet: inout StoredPacket
    ) -> FrameSize? {
        switch codec {
        case .opus: return nil
        case .vp8: return inspectVP8(payload, into: &packet)
        case .vp9: return inspectVP9(payload, into: &packet)
        case .h264: return inspectH264(payload, isNewTimestamp: isNewTimestamp, into: &packet)
        }
    }

    private static func inspectVP8(_ payload: UnsafeRawBufferPointer, into packet: inout StoredPacket) -> FrameSize? {
        guard let descriptor = try? VP8PayloadDescriptor(parsing: payload) else { return nil }
        if descriptor.startsFrame { packet.traits.insert(.frameStart) }
        if descriptor.isKeyframe { packet.traits.formUnion([.keyframeStart, .keyframe]) }
        setIndices(
            pictureID: descriptor.pictureID, tl0: descriptor.tl0PictureIndex, layer: descriptor.temporalLayer, sync: descriptor.isLayerSync,
            into: &packet)
        return descriptor.frameSize
    }

    private static func inspectVP9(_ payload: UnsafeRawBufferPointer, into packet: inout StoredPacket) -> FrameSize? {
        guard let descriptor = try? VP9PayloadDescriptor(parsing: payload) else { return nil }
        if descriptor.startsFrame, (descriptor.spatialLayer ?? 0) == 0 { packet.traits.insert(.frameStart) }
        if descriptor.isKeyframe { packet.traits.formUnion([.keyframeStart, .keyframe]) }
        setIndices(
            pictureID: descriptor.pictureID, tl0: descriptor.tl0PictureIndex, layer: descriptor.temporalLayer,
            sync: descriptor.isSwitchingUpPoint, into: &packet)
        return descriptor.scalabilityStructure?.frameSize
    }

    private static func inspectH264(
        _ payload: UnsafeRawBufferPointer, isNewTimestamp: Bool, into packet: inout StoredPacket
    ) -> FrameSize? {
        guard let parsed = try? H264Payload(parsing: payload) else { return nil }
        if isNewTimestamp { packet.traits.insert(.frameStart) }
        if parsed.isKeyframe {
            packet.traits.insert(.keyframe)
            // A slice whose parameter sets were lost, or come late, begins nothing; and an access unit delimiter may stand before them.
            if parsed.hasSequenceParameterSet { packet.traits.insert(.keyframeStart) }
        }
        return parsed.frameSize
    }

    private static func setIndices(pictureID: UInt16?, tl0: UInt8?, layer: UInt8?, sync: Bool, into packet: inout StoredPacket) {
        if let pictureID {
            packet.pictureID = pictureID
            packet.traits.insert(.hasPictureID)
        }
        if let tl0 {
            packet.tl0PictureIndex = tl0
            packet.traits.insert(.hasTL0PictureIndex)
        }
        if let layer {
            packet.temporalLayer = layer
            packet.traits.insert(.hasTemporalLayer)
        }
        if sync { packet.traits.insert(.layerSync) }
    }
}
