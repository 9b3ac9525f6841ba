import SFU

/// What one video payload says, whatever its codec.
package struct WireFragment: Sendable {
    package var startsFrame = false
    /// A keyframe begins here, as the bitstream itself says.
    package var isKeyframe = false
    package var pictureID: UInt16?
    package var tl0PictureIndex: UInt8?
    package var temporalID: UInt8?
    package var layerSync = false
    /// What the decoder gets.
    package var body: ArraySlice<UInt8> = []

    /// `nil` if the payload is not of that codec, or holds nothing.
    package init?(_ payload: ArraySlice<UInt8>, codec: Codec) {
        switch codec {
        case .opus: return nil
        case .vp8:
            guard let (descriptor, length) = VP8Descriptor.parse(payload), length < payload.count else { return nil }
            body = payload.dropFirst(length)
            startsFrame = descriptor.startOfPartition
            isKeyframe = startsFrame && VP8Frame.keyframeSize(body) != nil
            (pictureID, tl0PictureIndex) = (descriptor.pictureID, descriptor.tl0PictureIndex)
            (temporalID, layerSync) = (descriptor.temporalID, descriptor.layerSync)
        case .vp9:
            guard let (descriptor, length) = VP9Descriptor.parse(payload), length < payload.count else { return nil }
            body = payload.dropFirst(length)
            startsFrame = descriptor.startsFrame
            isKeyframe = startsFrame && VP9Frame.isKeyframe(body)
            // The descriptor must not promise what the bitstream does not keep.
            guard !startsFrame || isKeyframe != descriptor.isPredicted else { return nil }
            (pictureID, tl0PictureIndex) = (descriptor.pictureID, descriptor.tl0PictureIndex)
            (temporalID, layerSync) = (descriptor.temporalID, descriptor.switchingUp)
        case .h264:
            guard let parsed = H264Units.parse(payload) else { return nil }
            (body, startsFrame, isKeyframe) = parsed
        }
    }
}

extension SlotSection {
    /// The codec of a payload type of this slot's, for its media or its RTX stream.
    func codec(of payloadType: UInt8) -> Codec? {
        codecs.first { $0.payloadType.rawValue == payloadType || $0.rtxPayloadType?.rawValue == payloadType }?.codec
    }
}
