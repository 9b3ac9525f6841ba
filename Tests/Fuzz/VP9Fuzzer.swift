// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/vp9
import RTP

/// Nothing traps; rewriting keeps the length, the layers and the data.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let payload = inputBytes(data, count)
    guard let before = try? VP9PayloadDescriptor(parsing: payload) else { return 0 }
    precondition(before.length < payload.count, "data follow the descriptor")
    if let structure = before.scalabilityStructure {
        precondition((1...8).contains(structure.spatialLayerCount), "one to eight layers")
        for layer in -1...8 { _ = structure.frameSize(ofSpatialLayer: layer) }
    }
    withMutableInput(payload) { copy in
        before.rewrite(pictureID: 0x1234, tl0PictureIndex: 0x56, in: copy)
        guard let after = try? VP9PayloadDescriptor(parsing: UnsafeRawBufferPointer(copy)) else { preconditionFailure("still readable") }
        precondition(after.length == before.length && after.spatialLayer == before.spatialLayer, "fields stay where they are")
        precondition(after.temporalLayer == before.temporalLayer && after.isKeyframe == before.isKeyframe, "nothing else changed")
        precondition(copy[before.length...].elementsEqual(payload[before.length...]), "the data are untouched")
    }
    return 0
}
