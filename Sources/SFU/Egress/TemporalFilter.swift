/// Drops VP8 temporal layers above a limit, whole frames at a time (RFC 7741 §4.2: TID, Y).
///
/// Going down takes effect at the next frame. Going up waits for a frame that refers to nothing above the base layer (its Y bit, or a
/// keyframe), because frames after a dropped one may refer to it.
struct TemporalFilter: Equatable {
    /// The highest layer wanted; `.max` keeps all.
    var limit: UInt8 = .max
    private var current: UInt8 = .max
    private var frameTimestamp: UInt32?
    private var forwardsFrame = true

    init() {}

    /// Whether a packet passes.
    mutating func passes(timestamp: UInt32, layer: UInt8, layerSync: Bool, keyframe: Bool) -> Bool {
        if frameTimestamp != timestamp {
            frameTimestamp = timestamp
            if limit < current || keyframe || (limit > current && layerSync && layer > current) { current = limit }
            forwardsFrame = layer <= current
        }
        return forwardsFrame
    }

    /// A new source begins, at a keyframe.
    mutating func restart() {
        frameTimestamp = nil
        current = limit
    }
}
