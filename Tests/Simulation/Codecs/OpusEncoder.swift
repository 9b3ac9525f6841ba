import COpus

/// Opus at 48 kHz mono in 20 ms frames, as browsers send a microphone.
package final class OpusEncoder {
    /// Samples of one frame: 20 ms at 48 kHz.
    package static let frameSamples = 960
    /// Room for one encoded frame (RFC 6716 §3.4: a frame holds at most 1275 bytes).
    private static let largestFrame = 1276

    private let encoder: OpaquePointer
    private var scratch = [UInt8](repeating: 0, count: OpusEncoder.largestFrame)

    /// `bitrate` in bits per second. Complexity 1 is cheap and enough for tones. `nil` where libopus refuses.
    package init?(bitrate: Int = 32_000, discontinuous: Bool = false) {
        var error: Int32 = 0
        guard let encoder = opus_encoder_create(48_000, 1, OPUS_APPLICATION_AUDIO, &error), error == OPUS_OK else { return nil }
        self.encoder = encoder
        _ = parley_opus_set_bitrate(encoder, opus_int32(bitrate))
        // libopus looks for silence from complexity 7 on.
        _ = parley_opus_set_complexity(encoder, discontinuous ? 7 : 1)
        _ = parley_opus_set_dtx(encoder, discontinuous ? 1 : 0)
    }

    deinit {
        opus_encoder_destroy(encoder)
    }

    /// One frame of 960 samples as an Opus packet; empty when libopus refuses.
    package func encode(_ samples: [Int16]) -> [UInt8] {
        precondition(samples.count == Self.frameSamples, "an Opus frame here is 20 ms")
        let written = opus_encode(encoder, samples, Int32(samples.count), &scratch, opus_int32(scratch.count))
        return written > 0 ? Array(scratch[0..<Int(written)]) : []
    }
}
