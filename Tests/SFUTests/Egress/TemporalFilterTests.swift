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
}
