// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/vp8
import RTP

/// Nothing traps; a rewritten descriptor reads the same but for what was rewritten, and the data behind it are untouched.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let payload = inputBytes(data, count)
    guard let before = try? VP8PayloadDescriptor(parsing: payload) else { return 0 }
    precondition(before.length < payload.count && (before.frameSize == nil || before.isKeyframe), "data follow the descriptor")
    withMutableInput(payload) { copy in
        before.rewrite(pictureID: 0x1234, tl0PictureIndex: 0x56, in: copy)
        guard var after = try? VP8PayloadDescriptor(parsing: UnsafeRawBufferPointer(copy)) else { preconditionFailure("still readable") }
        precondition((after.pictureID == nil) == (before.pictureID == nil), "fields stay where they are")
        after.pictureID = before.pictureID
        after.tl0PictureIndex = before.tl0PictureIndex
        precondition(after == before, "nothing else changed")
        precondition(copy[before.length...].elementsEqual(payload[before.length...]), "the data are untouched")
    }
    return 0
}
