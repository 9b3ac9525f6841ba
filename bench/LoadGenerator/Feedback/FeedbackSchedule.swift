/// When something periodic is due: each endpoint at a phase of its own, so that a thousand reports do not leave at one moment.
struct FeedbackSchedule {
    /// libwebrtc reports once a second on average, for video and audio alike.
    static let interval: Int64 = 1_000_000_000

    private(set) var next: Int64 = .max

    /// - Parameter seed: spreads the phases.
    mutating func begin(at now: Int64, seed: UInt32) {
        // Fibonacci hashing: neighbours lie far apart.
        let share = Int64(seed &* 2_654_435_769)
        next = now + (share * Self.interval) >> 32
    }

    /// Whether it is due; if so, the next one is an interval later. What was missed is not made up for.
    mutating func isDue(at now: Int64) -> Bool {
        guard now >= next else { return false }
        next = max(next + Self.interval, now)
        return true
    }
}
