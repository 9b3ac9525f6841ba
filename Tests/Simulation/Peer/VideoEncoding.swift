import RTP
import SFU

/// One encoding of a camera: real VP8 or VP9, synthetic frames, or those in scripted H.264, packetised as libwebrtc does.
package final class VideoEncoding {
    /// Largest RTP packet before SRTP that we make; libwebrtc's is 1200 less room for RTX.
    private static let payloadLimit = 1150

    package let stream: SendStream
    package var isActive = true
    /// The client's own estimate leaves no room for it: asked for or not, it is not sent.
    package var isStarved = false
    package private(set) var framesSent = 0
    package private(set) var keyframesSent = 0
    private let layer: VideoPlan.Layer
    private let layerIndex: Int
    private let index: Int
    private let codec: Codec
    private let framerate: Int
    private let temporalLayers: Int
    private var random: RandomSource
    private var encoder: VPXEncoder?
    private var picture: Picture
    private var number: UInt32 = 0
    private var pictureID: UInt16
    private var tl0PictureIndex: UInt8
    /// Position in the temporal pattern since the last keyframe.
    private var position = 0
    private var lastBase: UInt32 = 0
    private var lastMiddle: UInt32 = 0
    private var mustBeKeyframe = true

    package init(stream: SendStream, plan: VideoPlan, layerIndex: Int, index: Int, random: RandomSource) {
        self.stream = stream
        self.layer = plan.layers[layerIndex]
        self.layerIndex = layerIndex
        self.index = index
        codec = plan.codec
        framerate = plan.framerate
        temporalLayers = plan.temporalLayers
        self.random = random
        pictureID = UInt16(self.random.integer(in: 0...0x7FFF))
        tl0PictureIndex = UInt8(self.random.integer(in: 0...255))
        picture = Picture(width: layer.width, height: layer.height)
        if plan.isReal {
            encoder = VPXEncoder(
                codec: plan.codec, width: layer.width, height: layer.height, bitrate: layer.bitrate, framerate: plan.framerate)
        }
    }

    /// Where a frame stands in the temporal pattern (RFC 7741's TID), as libwebrtc's L1T2 and L1T3 do it.
    private var temporalID: Int {
        switch temporalLayers {
        case 2: position % 2
        case 3: [0, 2, 1, 2][position % 4]
        default: 0
        }
    }

    /// The packets of the next frame.
    package func frame(isKeyframe requested: Bool, capturedAt: Instant, captureMilliseconds: UInt32) -> [WirePacket] {
        let isKeyframe = requested || mustBeKeyframe
        mustBeKeyframe = false
        if isKeyframe { position = 0 }
        guard let bytes = encode(isKeyframe: isKeyframe, captureMilliseconds: captureMilliseconds) else { return [] }
        let timestamp = stream.timestamp(at: capturedAt)
        let payloads = payloads(of: bytes, isKeyframe: isKeyframe)
        number &+= 1
        position += 1
        framesSent += 1
        if isKeyframe { keyframesSent += 1 }
        return payloads.enumerated().map { offset, payload in
            stream.packet(payload: payload, timestamp: timestamp, marker: offset == payloads.count - 1)
        }
    }

    private func payloads(of bytes: [UInt8], isKeyframe: Bool) -> [[UInt8]] {
        switch codec {
        case .h264:
            return H264Units.payloads(
                slice: bytes, isKeyframe: isKeyframe, width: layer.width, height: layer.height, limit: Self.payloadLimit)
        case .vp9:
            let common = nextDescriptor()
            var descriptor = VP9Descriptor()
            descriptor.isPredicted = !isKeyframe
            descriptor.pictureID = common.pictureID
            (descriptor.temporalID, descriptor.tl0PictureIndex) = (common.temporalID, common.tl0PictureIndex)
            descriptor.switchingUp = common.layerSync
            if isKeyframe { descriptor.size = (layer.width, layer.height) }
            return Packetizer.vp9(bytes, descriptor: descriptor, limit: Self.payloadLimit)
        case .vp8, .opus: return Packetizer.vp8(bytes, descriptor: nextDescriptor(), limit: Self.payloadLimit)
        }
    }

    /// The camera goes on as a new stream: SSRC, numbers and clock are other ones, and the first frame is a keyframe.
    package func changeSSRC() {
        stream.changeSSRC(&random)
        mustBeKeyframe = true
    }

    private func encode(isKeyframe: Bool, captureMilliseconds: UInt32) -> [UInt8]? {
        if encoder == nil { return synthesize(isKeyframe: isKeyframe, captureMilliseconds: captureMilliseconds) }
        let code = CodedPicture.Code(id: UInt8(index), value: captureMilliseconds)
        CodedPicture.draw(code, into: &picture, noise: layer.width >= 640 ? 60 : 0, random: &random)
        return encoder?.encode(picture, forceKeyframe: isKeyframe, role: temporalID == 0 ? .base : .droppable)?.bytes
    }

    private func synthesize(isKeyframe: Bool, captureMilliseconds: UInt32) -> [UInt8] {
        let reference: UInt32
        switch (isKeyframe, temporalID) {
        case (true, _): reference = number
        // The second frame of the top layer refers to the middle one, all others to the base.
        case (false, 2) where position % 4 == 3: reference = lastMiddle
        default: reference = lastBase
        }
        if temporalID == 0 { lastBase = number }
        if temporalLayers == 3, temporalID == 1 { lastMiddle = number }
        let frame = SyntheticFrame(
            id: UInt8(index), layer: UInt8(layerIndex), width: layer.width, height: layer.height, number: number, reference: reference,
            isReference: temporalID < max(1, temporalLayers - 1), captureMilliseconds: captureMilliseconds)
        let average = layer.bitrate / 8 / framerate
        let size = isKeyframe ? average * 4 : average * random.integer(in: 70...120) / 100
        return frame.serialized(size: size)
    }

    private func nextDescriptor() -> VP8Descriptor {
        var descriptor = VP8Descriptor()
        descriptor.pictureID = pictureID
        pictureID = (pictureID + 1) & 0x7FFF
        guard temporalLayers > 1 else { return descriptor }
        let id = temporalID
        if id == 0 { tl0PictureIndex &+= 1 }
        descriptor.tl0PictureIndex = tl0PictureIndex
        descriptor.temporalID = UInt8(id)
        // Y: refers to base frames only. True of all upper frames but the second of the top layer in L1T3.
        descriptor.layerSync = id > 0 && !(temporalLayers == 3 && position % 4 == 3)
        descriptor.nonReference = id == temporalLayers - 1
        return descriptor
    }
}
