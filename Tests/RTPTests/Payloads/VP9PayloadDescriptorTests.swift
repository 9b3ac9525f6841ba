import RTP
import Testing

@Suite struct VP9PayloadDescriptorTests {
    private func parse(_ payload: [UInt8]) throws -> VP9PayloadDescriptor {
        try payload.withUnsafeBytes { try VP9PayloadDescriptor(parsing: $0) }
    }

    ///     ab       I L B V, Z
    ///     92 34    picture id 0x1234
    ///     10 56    TID 0, U, SID 0 · TL0PICIDX 0x56
    ///     58       N_S 2 (three layers), Y, G
    ///     0280 0168 · 0500 02d0 · 0a00 05a0
    ///     02 00 54 01    two pictures: TID 0 without references · TID 2, U, one P_DIFF
    ///     82 49 83       VP9 data
    @Test func readsAKeyframeOfThreeSpatialLayers() throws {
        let vp9 = try parse(Fixture.bytes("vp9/svc-keyframe"))
        #expect(vp9.pictureID == 0x1234 && vp9.hasLongPictureID && !vp9.isFlexibleMode)
        #expect(vp9.startsFrame && !vp9.endsFrame && vp9.isNotReferenceForUpperLayers && !vp9.isInterPicturePredicted)
        #expect(vp9.temporalLayer == 0 && vp9.spatialLayer == 0 && vp9.isSwitchingUpPoint && !vp9.isInterLayerPredicted)
        #expect(vp9.tl0PictureIndex == 0x56 && vp9.isKeyframe && vp9.length == 22)
        let structure = try #require(vp9.scalabilityStructure)
        #expect(structure.spatialLayerCount == 3 && structure.pictureGroupSize == 2)
        #expect(structure.frameSize(ofSpatialLayer: 0) == FrameSize(width: 640, height: 360))
        #expect(structure.frameSize(ofSpatialLayer: 1) == FrameSize(width: 1_280, height: 720))
        #expect(structure.frameSize == FrameSize(width: 2_560, height: 1_440))
        #expect(structure.frameSize(ofSpatialLayer: 3) == nil && structure.frameSize(ofSpatialLayer: -1) == nil)
    }

    @Test func readsFlexibleModeWithThreeReferences() throws {
        let vp9 = try parse(Fixture.bytes("vp9/flexible-three-references"))
        #expect(vp9.pictureID == 0x539 && vp9.isFlexibleMode && vp9.isInterPicturePredicted)
        #expect(vp9.temporalLayer == 2 && vp9.spatialLayer == 5 && vp9.tl0PictureIndex == nil && !vp9.isKeyframe && vp9.length == 7)
    }

    @Test func aFourthReferenceThrows() {
        #expect(throws: ParseError(.badValue, at: 3)) { try parse(hex("50 03 05 07 08 82")) }
        #expect(throws: Never.self) { try parse(hex("50 03 05 06 82")) }
    }

    @Test func readsCapturedPackets() throws {
        let key = try parse(Fixture.bytes("vp9/captured-non-flexible-keyframe"))
        #expect(key.isKeyframe && key.pictureID == 0x5C2C && key.hasLongPictureID)
        #expect(key.scalabilityStructure?.frameSize == FrameSize(width: 320, height: 180))
        #expect(key.scalabilityStructure?.pictureGroupSize == 1)
        let delta = try parse(Fixture.bytes("vp9/captured-non-flexible-delta"))
        #expect(!delta.isKeyframe && delta.startsFrame && delta.pictureID == 0x5C2D && delta.scalabilityStructure == nil)
        let flexible = try parse(Fixture.bytes("vp9/captured-keyframe-start"))
        #expect(flexible.startsFrame && flexible.scalabilityStructure == nil)
    }

    /// (first byte, layer byte): begins a frame, predicted from nothing, lowest layer.
    @Test(arguments: [
        ("28 00 00", true), ("28 02 00", false), ("28 01 00", false), ("68 00 00", false), ("20 00 00", false), ("28 e0 00", true),
    ])
    func onlyTheLowestLayersFirstPacketIsAKeyframe(descriptor: String, isKeyframe: Bool) throws {
        #expect(try parse(hex(descriptor + "82")).isKeyframe == isKeyframe)
    }

    @Test func withoutLayerIndicesThereAreNoLayers() throws {
        let vp9 = try parse(hex("08 82"))
        #expect(vp9.isKeyframe && vp9.temporalLayer == nil && vp9.spatialLayer == nil && vp9.pictureID == nil)
    }

    @Test func everyTruncationOfTheDescriptorThrows() throws {
        for name in try Fixture.names(in: "vp9") where !name.hasSuffix("overruns") {
            let payload = try Fixture.bytes(name)
            let length = try parse(payload).length
            for cut in payload.truncations { #expect(((try? parse(cut)) != nil) == (cut.count > length), "\(name) at \(cut.count)") }
        }
    }

    /// Guard B10, CVE-2026-34235: a scalability structure longer than the payload.
    @Test func aStructureThatOverrunsThrows() throws {
        #expect(throws: ParseError(.tooShort, at: 6)) { try parse(Fixture.bytes("vp9/ss-overruns")) }
        for structure in UInt8.min...UInt8.max {
            for length in 0...48 {
                for fill in [0x00, 0xFF] as [UInt8] { _ = try? parse([0x02, structure] + [UInt8](repeating: fill, count: length)) }
            }
        }
    }

    @Test func rewritingChangesTheFieldsThatAreThereAndNothingElse() throws {
        for name in try Fixture.names(in: "vp9") where !name.hasSuffix("overruns") {
            var payload = try Fixture.bytes(name)
            let data = payload
            let before = try parse(payload)
            payload.withUnsafeMutableBytes { before.rewrite(pictureID: 0xFEDC, tl0PictureIndex: 0xBA, in: $0) }
            let after = try parse(payload)
            #expect(after.pictureID == before.pictureID.map { _ in before.hasLongPictureID ? 0x7EDC : 0x5C }, "\(name)")
            #expect(after.tl0PictureIndex == before.tl0PictureIndex.map { _ in 0xBA })
            #expect(after.length == before.length && payload.dropFirst(after.length) == data.dropFirst(before.length))
            #expect(after.temporalLayer == before.temporalLayer && after.spatialLayer == before.spatialLayer)
        }
    }
}
