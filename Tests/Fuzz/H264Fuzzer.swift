// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/h264
import RTP

/// Nothing traps in units, aggregates, fragments and parameter sets; sizes stay within their bound.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let h264 = try? H264Payload(parsing: inputBytes(data, count)) else { return 0 }
    if let size = h264.frameSize {
        precondition(size.width > 0 && size.height > 0 && size.width <= 16_384 && size.height <= 16_384, "a picture has a sane size")
        precondition(h264.hasSequenceParameterSet, "only a parameter set tells a size")
    }
    return 0
}
