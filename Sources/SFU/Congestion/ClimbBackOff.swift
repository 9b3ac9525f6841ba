import RTP

/// Keeps one slot from climbing to a layer that it had to leave at once: each climb costs a keyframe on all layers and, where the path is too
/// narrow, a queue. After a climb that lasted less than five seconds the next one waits ten, then twice as long each time, up to a minute.
struct ClimbBackOff {
    static let tooShort: Int64 = 5_000_000_000
    static let first: Int64 = 10_000_000_000
    static let longest: Int64 = 60_000_000_000

    private var climbed: Int64 = .min
    private var blockedUntil: Int64 = .min
    private var wait = first
    private var chosen: Int?

    /// A probe came through: there is room that was not there before.
    mutating func roomFound() { blockedUntil = .min }

    func isBlocked(at now: Instant) -> Bool { now.nanoseconds < blockedUntil }

    /// The allocator chose position `next` of `count` in the ladder. Only a choice below the best that is allowed is a taking back: whoever picks a
    /// lower tier has not failed to climb.
    mutating func decided(from current: Int?, to next: Int?, of count: Int, at now: Instant) {
        defer { chosen = next }
        guard let next, let before = chosen, current != nil else { return }
        if next > before { climbed = now.nanoseconds }
        guard next < before, next + 1 < count, climbed != .min else { return }
        if now.nanoseconds - climbed < Self.tooShort {
            blockedUntil = now.nanoseconds + wait
            wait = min(Self.longest, wait * 2)
        } else {
            wait = Self.first
        }
        climbed = .min
    }
}
