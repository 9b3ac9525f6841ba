// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/red
import RTP

/// Nothing traps; blocks follow each other without gap from the headers to the payload's end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let payload = inputBytes(data, count)
    guard let red = try? RED(parsing: payload) else { return 0 }
    var end = red.redundantCount * 4 + 1
    var blocks = 0
    for block in red {
        precondition(block.range.lowerBound == end && block.range.upperBound <= payload.count, "blocks lie side by side")
        _ = payload[block.range].count
        end = block.range.upperBound
        blocks += 1
    }
    precondition(end == payload.count && blocks == red.redundantCount + 1 && blocks <= 33, "the primary block is the last")
    return 0
}
