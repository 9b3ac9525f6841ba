/// Drops temporal layers above a limit, whole frames at a time (VP8: RFC 7741 §4.2, TID and Y; VP9: RFC 9628 §4.2, TID and U).
///
/// Going down takes effect at the next frame. Going up waits for a frame that refers to nothing above the base layer (its Y bit, or a
/// keyframe), because frames after a dropped one may refer to it; it goes up to that frame's layer, no further.
///
/// Packets come late, too. One of a frame that was decided goes the way of its frame, whatever was decided since: the numbers of a dropped
/// frame are closed up, and a part of a forwarded one must not be missing. A late packet decides nothing for the frames after it.
struct TemporalFilter {
    /// The highest layer wanted; `.max` keeps all.
    var limit: UInt8 = .max
    private var current: UInt8 = .max
    /// The newest frame's timestamp.
    private var newest: UInt32?
    /// Timestamps of the frames decided last, in a ring, and a bit each for those that are forwarded.
    private var decided = InlineArray<16, UInt32>(repeating: 0)
    private var forwarded: UInt16 = 0
    private var count = 0

    /// Chosen: half a second at 30 frames a second; a packet later than that was given up by its receiver.
    static let remembered = 16

    init() {}

    /// Whether a packet passes.
    mutating func passes(timestamp: UInt32, layer: UInt8, layerSync: Bool, keyframe: Bool) -> Bool {
        if let known = decision(timestamp) { return known }
        let isLate = newest.map { Int32(bitPattern: timestamp &- $0) < 0 } ?? false
        if !isLate {
            newest = timestamp
            if limit < current || keyframe { current = limit } else if layerSync, layer > current { current = min(limit, layer) }
        }
        note(timestamp, forwards: layer <= current)
        return layer <= current
    }

    /// From the newest frame backwards, since most packets are of that.
    private mutating func decision(_ timestamp: UInt32) -> Bool? {
        for back in 1..<min(count, Self.remembered) + 1 {
            let i = (count - back) % Self.remembered
            if decided[i] == timestamp { return forwarded & (1 << UInt16(i)) != 0 }
        }
        return nil
    }

    private mutating func note(_ timestamp: UInt32, forwards: Bool) {
        let i = count % Self.remembered
        decided[i] = timestamp
        if forwards { forwarded |= 1 << UInt16(i) } else { forwarded &= ~(1 << UInt16(i)) }
        count += 1
    }

    /// A new source begins, at a keyframe.
    mutating func restart() {
        newest = nil
        count = 0
        current = limit
    }
}
