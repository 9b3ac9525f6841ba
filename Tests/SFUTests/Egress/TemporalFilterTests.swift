import Testing

@testable import SFU

@Suite struct TemporalFilterTests {
    /// Frames of three temporal layers in Chromium's pattern, 0 2 1 2; the first frames of layers 1 and 2 after a base frame are in sync.
    private func forwarded(_ filter: inout TemporalFilter, frames: Range<Int>) -> [UInt8] {
        frames.compactMap { frame in
            let layer: UInt8 = [0, 2, 1, 2][frame % 4]
            let passes = filter.passes(
                timestamp: UInt32(frame * 3_000), layer: layer, layerSync: frame % 4 == 1 || frame % 4 == 2, keyframe: frame == 0)
            return passes ? layer : nil
        }
    }

    @Test func dropsWholeLayers() {
        var filter = TemporalFilter()
        #expect(forwarded(&filter, frames: 0..<8) == [0, 2, 1, 2, 0, 2, 1, 2])
        filter.limit = 1
        #expect(forwarded(&filter, frames: 8..<16) == [0, 1, 0, 1])
        filter.limit = 0
        #expect(forwarded(&filter, frames: 16..<24) == [0, 0])
    }

    @Test func goesUpOnlyWhereALayerIsInSync() {
        var filter = TemporalFilter()
        filter.limit = 0
        _ = forwarded(&filter, frames: 0..<4)
        filter.limit = 2
        // Frame 7 is of layer 2 and not in sync: it may refer to frame 6, which would have been dropped.
        #expect(forwarded(&filter, frames: 7..<8) == [])
        #expect(forwarded(&filter, frames: 8..<12) == [0, 2, 1, 2])
    }

    @Test func aFrameIsForwardedWholeOrNotAtAll() {
        var filter = TemporalFilter()
        #expect(filter.passes(timestamp: 1, layer: 2, layerSync: false, keyframe: false) == true)
        filter.limit = 0
        #expect(filter.passes(timestamp: 1, layer: 2, layerSync: false, keyframe: false) == true, "its first packet was forwarded")
        #expect(filter.passes(timestamp: 2, layer: 2, layerSync: false, keyframe: false) == false)
    }

    /// Reported by the fuzz helper: a late packet of an older frame was taken for a new frame, at which the lowered limit took effect, and the rest
    /// of the present frame was dropped in its middle with the numbers closed up. Guard: late packets decide nothing.
    @Test func aLatePacketDoesNotCutTheFrameThatIsLeaving() {
        var filter = TemporalFilter()
        for timestamp in [10, 20] as [UInt32] {
            #expect(filter.passes(timestamp: timestamp, layer: 2, layerSync: true, keyframe: false) == true)
        }
        filter.limit = 0
        #expect(filter.passes(timestamp: 10, layer: 2, layerSync: true, keyframe: false) == true, "the rest of a frame that began to leave")
        #expect(filter.passes(timestamp: 20, layer: 2, layerSync: true, keyframe: false) == true)
        #expect(filter.passes(timestamp: 30, layer: 2, layerSync: true, keyframe: false) == false)
        #expect(filter.passes(timestamp: 40, layer: 0, layerSync: false, keyframe: false) == true)
    }

    /// The numbers of a dropped frame are closed up: a part of it that comes after the limit rose has no place any more.
    @Test func aLatePacketOfADroppedFrameIsDropped() {
        var filter = TemporalFilter()
        filter.limit = 0
        #expect(filter.passes(timestamp: 10, layer: 0, layerSync: false, keyframe: true) == true)
        #expect(filter.passes(timestamp: 20, layer: 1, layerSync: true, keyframe: false) == false)
        filter.limit = .max
        #expect(filter.passes(timestamp: 30, layer: 1, layerSync: true, keyframe: false) == true)
        #expect(filter.passes(timestamp: 20, layer: 1, layerSync: true, keyframe: false) == false)
        #expect(filter.passes(timestamp: 15, layer: 0, layerSync: false, keyframe: false) == true, "a base frame that came late as a whole")
    }

    /// Y says that this frame refers to the base layer alone; it says nothing of layers above it.
    @Test func aSyncGoesUpToItsOwnLayer() {
        var filter = TemporalFilter()
        filter.limit = 0
        _ = filter.passes(timestamp: 10, layer: 0, layerSync: false, keyframe: true)
        filter.limit = 2
        #expect(filter.passes(timestamp: 20, layer: 1, layerSync: true, keyframe: false) == true)
        #expect(filter.passes(timestamp: 30, layer: 2, layerSync: false, keyframe: false) == false)
        #expect(filter.passes(timestamp: 40, layer: 2, layerSync: true, keyframe: false) == true)
    }

    /// What is remembered of late frames has an end; the oldest goes first. Timestamps wrap.
    @Test func remembersSixteenFramesAcrossTheWrap() {
        var filter = TemporalFilter()
        let start = UInt32.max - 5
        filter.limit = 0
        _ = filter.passes(timestamp: start, layer: 0, layerSync: false, keyframe: true)
        for frame in 1...TemporalFilter.remembered {
            #expect(filter.passes(timestamp: start &+ UInt32(frame), layer: 1, layerSync: false, keyframe: false) == false)
        }
        filter.limit = .max
        let next = start &+ UInt32(TemporalFilter.remembered + 1)
        #expect(filter.passes(timestamp: next, layer: 1, layerSync: true, keyframe: false) == true)
        #expect(filter.passes(timestamp: start &+ 8, layer: 1, layerSync: false, keyframe: false) == false)
        #expect(filter.passes(timestamp: start &+ 8, layer: 1, layerSync: false, keyframe: false) == false)
    }
}
