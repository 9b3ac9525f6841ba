import CVPX
import SFU

/// One encoded picture.
package struct EncodedPicture: Sendable {
    package var bytes: [UInt8]
    package var isKeyframe: Bool
}

/// VP8 or VP9 for calls: one pass, constant bit rate, one thread, a fixed speed. The same pictures give the same bytes.
package final class VPXEncoder {
    package let width: Int
    package let height: Int
    private let context = UnsafeMutablePointer<vpx_codec_ctx_t>.allocate(capacity: 1)
    private var ticks: Int64 = 0

    /// `bitrate` in bits per second. `nil` where libvpx refuses.
    package init?(codec: Codec = .vp8, width: Int, height: Int, bitrate: Int, framerate: Int) {
        self.width = width
        self.height = height
        context.initialize(to: vpx_codec_ctx_t())
        var config = vpx_codec_enc_cfg_t()
        let known = codec == .vp9 ? parley_vp9_encoder_config(&config) : parley_vp8_encoder_config(&config)
        guard known == VPX_CODEC_OK else { return nil }
        config.g_w = UInt32(width)
        config.g_h = UInt32(height)
        config.g_threads = 1
        config.g_lag_in_frames = 0
        config.g_timebase = vpx_rational(num: 1, den: Int32(framerate))
        // A VP9 decoder takes motion vectors from the frame before, which may be one that was dropped, unless it is told not to.
        config.g_error_resilient = codec == .vp9 ? 1 : 0
        config.rc_end_usage = VPX_CBR
        config.rc_target_bitrate = UInt32(bitrate / 1000)
        config.rc_dropframe_thresh = 0
        config.rc_min_quantizer = 2
        config.rc_max_quantizer = 56
        config.rc_buf_sz = 1000
        config.rc_buf_initial_sz = 500
        config.rc_buf_optimal_sz = 600
        config.kf_mode = VPX_KF_DISABLED
        let made = codec == .vp9 ? parley_vp9_encoder_init(context, &config) : parley_vp8_encoder_init(context, &config)
        guard made == VPX_CODEC_OK else { return nil }
        // Negative speeds are VP8's fixed ones; VP9's are all fixed.
        _ = parley_vp8_set_speed(context, codec == .vp9 ? 8 : -12)
        _ = parley_vp8_set_max_intra_percent(context, 450)
    }

    deinit {
        vpx_codec_destroy(context)
        context.deallocate()
    }

    /// What a frame may refer to and replaces.
    package enum Role {
        /// The base layer: refers to and replaces the last frame.
        case base
        /// A droppable frame of the upper temporal layer: refers to the last base frame, replaces nothing.
        case droppable
    }

    /// One frame; `nil` if libvpx gave none.
    package func encode(_ picture: Picture, forceKeyframe: Bool, role: Role = .base) -> EncodedPicture? {
        var picture = picture
        var flags = vpx_enc_frame_flags_t(VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF)
        if role == .droppable {
            flags |= vpx_enc_frame_flags_t(
                VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF | VP8_EFLAG_NO_UPD_ENTROPY)
        }
        if forceKeyframe { flags = vpx_enc_frame_flags_t(VPX_EFLAG_FORCE_KF) }
        defer { ticks += 1 }
        let status = picture.withImage { image in
            vpx_codec_encode(context, image, ticks, 1, flags, UInt(VPX_DL_REALTIME))
        }
        guard status == VPX_CODEC_OK else { return nil }
        var iterator: vpx_codec_iter_t?
        while let packet = vpx_codec_get_cx_data(context, &iterator) {
            guard packet.pointee.kind == VPX_CODEC_CX_FRAME_PKT else { continue }
            let frame = packet.pointee.data.frame
            let bytes = UnsafeRawBufferPointer(start: frame.buf, count: frame.sz)
            return EncodedPicture(bytes: Array(bytes), isKeyframe: frame.flags & UInt32(VPX_FRAME_IS_KEY) != 0)
        }
        return nil
    }
}

extension Picture {
    /// The picture as libvpx sees it, for the length of the call.
    fileprivate mutating func withImage<R>(_ body: (UnsafePointer<vpx_image_t>) -> R) -> R {
        let (width, height) = (UInt32(width), UInt32(height))
        return luma.withUnsafeMutableBufferPointer { y in
            blue.withUnsafeMutableBufferPointer { u in
                red.withUnsafeMutableBufferPointer { v in
                    var image = vpx_image_t()
                    _ = vpx_img_wrap(&image, VPX_IMG_FMT_I420, width, height, 1, y.baseAddress)
                    image.planes.0 = y.baseAddress
                    image.planes.1 = u.baseAddress
                    image.planes.2 = v.baseAddress
                    image.stride.0 = Int32(width)
                    image.stride.1 = Int32(width / 2)
                    image.stride.2 = Int32(width / 2)
                    return body(&image)
                }
            }
        }
    }
}
