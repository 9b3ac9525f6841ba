import RTP

/// Rates of one encoding by temporal layer, over the last second.
struct LayerMeter {
    /// VP8 signals at most four temporal layers (two bits).
    static let layers = 4
    private var bytes = InlineArray<4, RateMeter>(repeating: RateMeter())
    private var frames = InlineArray<4, RateMeter>(repeating: RateMeter())
    private var lastTimestamp: UInt32?
    /// The highest temporal layer seen.
    private(set) var highestLayer = 0

    mutating func add(bytes count: Int, timestamp: UInt32, layer: UInt8, at now: Instant) {
        let layer = Int(layer & 3)
        if layer > highestLayer { highestLayer = layer }
        bytes[layer].add(count, at: now)
        guard timestamp != lastTimestamp else { return }
        lastTimestamp = timestamp
        frames[layer].add(1, at: now)
    }

    /// Bits per second of the layers up to `layer`.
    mutating func bitrate(upTo layer: Int = 3, at now: Instant) -> Int {
        var sum = 0
        for i in 0...min(3, max(0, layer)) { sum += bytes[i].bitsPerSecond(at: now) }
        return sum
    }

    /// Frames per second of the layers up to `layer`.
    mutating func framerate(upTo layer: Int = 3, at now: Instant) -> Int {
        var sum = 0
        for i in 0...min(3, max(0, layer)) { sum += frames[i].perSecond(at: now) }
        return sum
    }
}
