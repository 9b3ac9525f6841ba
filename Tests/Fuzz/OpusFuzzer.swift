// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/opus
import RTP

/// Nothing traps; durations lie in 2.5…120 ms.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let opus = try? OpusPayload(parsing: inputBytes(data, count)) else { return 0 }
    precondition((120...5_760).contains(opus.durationTicks) && (1...48).contains(opus.frameCount), "at most 120 ms")
    precondition(opus.duration <= .milliseconds(120) && opus.isDTX == (count <= 2), "lengths agree")
    return 0
}
