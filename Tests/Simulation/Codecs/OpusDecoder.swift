import COpus

/// The other end of `OpusEncoder`.
package final class OpusDecoder {
    private let decoder: OpaquePointer
    private var scratch = [Int16](repeating: 0, count: OpusEncoder.frameSamples * 6)

    /// `nil` where libopus refuses.
    package init?() {
        var error: Int32 = 0
        guard let decoder = opus_decoder_create(48_000, 1, &error), error == OPUS_OK else { return nil }
        self.decoder = decoder
    }

    deinit {
        opus_decoder_destroy(decoder)
    }

    /// The samples of a packet, or `nil` if it is not a valid Opus packet.
    package func decode(_ packet: ArraySlice<UInt8>) -> ArraySlice<Int16>? {
        let capacity = Int32(scratch.count)
        let count = packet.withUnsafeBufferPointer {
            opus_decode(decoder, $0.baseAddress, opus_int32($0.count), &scratch, capacity, 0)
        }
        return count > 0 ? scratch[0..<Int(count)] : nil
    }

    /// 20 ms of concealment in place of a lost packet.
    package func conceal() -> ArraySlice<Int16>? {
        let count = opus_decode(decoder, nil, 0, &scratch, Int32(OpusEncoder.frameSamples), 0)
        return count > 0 ? scratch[0..<Int(count)] : nil
    }
}
