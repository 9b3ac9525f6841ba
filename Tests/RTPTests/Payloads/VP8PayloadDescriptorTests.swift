import RTP
import Testing

@Suite struct VP8PayloadDescriptorTests {
    private func parse(_ payload: [UInt8]) throws -> VP8PayloadDescriptor {
        try payload.withUnsafeBytes { try VP8PayloadDescriptor(parsing: $0) }
    }

    @Test func readsEveryField() throws {
        let vp8 = try parse(Fixture.bytes("vp8/all-fields-keyframe"))
        #expect(vp8.startsPartition && vp8.partition == 0 && vp8.startsFrame && !vp8.isNonReference)
        #expect(vp8.pictureID == 0x1234 && vp8.hasLongPictureID)
        #expect(vp8.tl0PictureIndex == 0x56 && vp8.temporalLayer == 2 && vp8.isLayerSync && vp8.keyIndex == 5)
        #expect(vp8.length == 6 && vp8.isKeyframe)
        #expect(vp8.frameSize == FrameSize(width: 1_280, height: 720))
    }

    @Test func readsAShortPictureID() throws {
        let vp8 = try parse(Fixture.bytes("vp8/short-picture-id"))
        #expect(vp8.pictureID == 0x11 && !vp8.hasLongPictureID && vp8.tl0PictureIndex == 9 && vp8.temporalLayer == 1 && !vp8.isLayerSync)
        #expect(vp8.keyIndex == nil && !vp8.isKeyframe && vp8.frameSize == nil && vp8.length == 5)
    }

    @Test func scalingBitsAreNotPartOfTheSize() throws {
        let vp8 = try parse(Fixture.bytes("vp8/no-extension"))
        #expect(vp8.length == 1 && vp8.isKeyframe && vp8.pictureID == nil && vp8.temporalLayer == nil)
        #expect(vp8.frameSize == FrameSize(width: 320, height: 240))
    }

    @Test func aKeyIndexAloneIsNoTemporalLayer() throws {
        let vp8 = try parse(Fixture.bytes("vp8/key-index-only"))
        #expect(vp8.keyIndex == 31 && vp8.temporalLayer == nil && vp8.tl0PictureIndex == nil && !vp8.isKeyframe)
    }

    /// P is the low bit of partition 0's first byte; elsewhere that bit means nothing.
    @Test func onlyTheStartOfPartitionZeroIsAKeyframe() throws {
        let second = try parse(Fixture.bytes("vp8/rfc-example-second-partition"))
        #expect(!second.startsPartition && second.partition == 1 && !second.isKeyframe)
        #expect(!(try parse(hex("00 10 00")).isKeyframe))
        #expect(!(try parse(hex("11 10 00")).isKeyframe))
        #expect(!(try parse(hex("14 10 00")).isKeyframe))
        #expect(try parse(hex("30 10 00")).isKeyframe)
    }

    @Test func readsCapturedPackets() throws {
        let key = try parse(Fixture.bytes("vp8/captured-keyframe-start"))
        #expect(key.isKeyframe && key.frameSize == FrameSize(width: 320, height: 180) && key.pictureID == 0 && key.length == 4)
        let next = try parse(Fixture.bytes("vp8/captured-keyframe-next"))
        #expect(!next.isKeyframe && !next.startsPartition)
        let delta = try parse(Fixture.bytes("vp8/captured-delta"))
        #expect(!delta.isKeyframe && delta.startsFrame && delta.pictureID == 1)
    }

    @Test func everyTruncationOfTheDescriptorThrows() throws {
        for name in try Fixture.names(in: "vp8") {
            let payload = try Fixture.bytes(name)
            let whole = try parse(payload)
            for cut in payload.truncations {
                let vp8 = try? parse(cut)
                #expect((vp8 != nil) == (cut.count > whole.length), "\(name) at \(cut.count)")
                #expect(vp8?.frameSize == (cut.count >= whole.length + 10 ? whole.frameSize : nil))
            }
        }
    }

    /// Every combination of the optional fields, in both picture id lengths.
    @Test func rewritingChangesTheFieldsThatAreThereAndNothingElse() throws {
        for bits in UInt8(0)..<16 {
            for isLong in [false, true] {
                var payload: [UInt8] = [0x90, bits << 4]
                if bits & 8 != 0 { payload += isLong ? [0x81, 0x23] : [0x23] }
                if bits & 4 != 0 { payload += [0x45] }
                if bits & 3 != 0 { payload += [0x7F] }
                payload += hex("9d 9d 9d")
                let before = try parse(payload)
                payload.withUnsafeMutableBytes { before.rewrite(pictureID: 0xFEDC, tl0PictureIndex: 0xBA, in: $0) }
                let after = try parse(payload)
                #expect(after.pictureID == before.pictureID.map { _ in isLong ? 0x7EDC : 0x5C })
                #expect(after.hasLongPictureID == before.hasLongPictureID)
                #expect(after.tl0PictureIndex == before.tl0PictureIndex.map { _ in 0xBA })
                #expect(after.temporalLayer == before.temporalLayer && after.keyIndex == before.keyIndex && after.length == before.length)
                #expect(payload.suffix(3) == hex("9d 9d 9d")[...])
            }
        }
    }
}
