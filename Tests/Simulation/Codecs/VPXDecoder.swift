import CVPX
import SFU

/// The other end of `VPXEncoder`.
package final class VPXDecoder {
    package let codec: Codec
    private let context = UnsafeMutablePointer<vpx_codec_ctx_t>.allocate(capacity: 1)

    /// `nil` where libvpx refuses.
    package init?(_ codec: Codec) {
        self.codec = codec
        context.initialize(to: vpx_codec_ctx_t())
        let status = codec == .vp9 ? parley_vp9_decoder_init(context) : parley_vp8_decoder_init(context)
        guard status == VPX_CODEC_OK else { return nil }
    }

    deinit {
        vpx_codec_destroy(context)
        context.deallocate()
    }

    /// The picture of one whole frame, or `nil` if libvpx refuses it.
    package func decode(_ frame: [UInt8]) -> Picture? {
        guard vpx_codec_decode(context, frame, UInt32(frame.count), nil, 0) == VPX_CODEC_OK else { return nil }
        var iterator: vpx_codec_iter_t?
        guard let image = vpx_codec_get_frame(context, &iterator) else { return nil }
        return Picture(image.pointee)
    }
}

extension Picture {
    fileprivate init(_ image: vpx_image_t) {
        self.init(width: Int(image.d_w), height: Int(image.d_h))
        Self.copy(image.planes.0, stride: Int(image.stride.0), into: &luma, width: width)
        Self.copy(image.planes.1, stride: Int(image.stride.1), into: &blue, width: width / 2)
        Self.copy(image.planes.2, stride: Int(image.stride.2), into: &red, width: width / 2)
    }

    private static func copy(_ plane: UnsafeMutablePointer<UInt8>?, stride: Int, into target: inout [UInt8], width: Int) {
        guard let plane else { return }
        target.withUnsafeMutableBufferPointer { target in
            for row in 0..<target.count / width {
                (target.baseAddress! + row * width).update(from: plane + row * stride, count: width)
            }
        }
    }
}
