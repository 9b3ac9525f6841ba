import NIOCore

/// Counts a client's messages in fixed windows of 60 seconds that begin with the first message.
struct MessageRate {
    private let limit: Int
    private var windowEnd: NIODeadline = .distantPast
    private var count = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether a message at `now` is still within the limit.
    mutating func allows(at now: NIODeadline) -> Bool {
        if now >= windowEnd {
            windowEnd = now + .seconds(60)
            count = 0
        }
        count += 1
        return count <= limit
    }
}
