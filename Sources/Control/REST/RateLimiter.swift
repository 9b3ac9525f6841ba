import Synchronization

/// Token buckets, one per key, in bounded memory.
///
/// A bucket holds `count` tokens and refills evenly over `window`. Buckets that are full again say nothing and are dropped; when so many keys are active
/// that none can be dropped, the key with the most tokens left goes, which is the one that loses least by being forgotten.
final class RateLimiter: Sendable {
    struct Decision: Sendable, Equatable {
        let isAllowed: Bool
        let limit: Int
        let remaining: Int
        /// Until the bucket is full again.
        let resetAfter: Duration
        /// Until one token is there; zero if allowed.
        let retryAfter: Duration
    }

    /// Tokens are counted in whole milliseconds of refill, so that no fraction is lost.
    private struct Bucket {
        /// When it will be full again, milliseconds since 1970.
        var fullAt: Int64
    }

    /// Chosen: some 4 MiB.
    static let capacity = 32_768

    private let limit: ControlConfiguration.RateLimit
    private let windowMilliseconds: Int64
    private let clock: Clock
    private let buckets = Mutex<[String: Bucket]>([:])

    init(_ limit: ControlConfiguration.RateLimit, clock: Clock) {
        self.limit = limit
        windowMilliseconds = max(1, limit.window.components.seconds * 1000 + limit.window.components.attoseconds / 1_000_000_000_000_000)
        self.clock = clock
    }

    /// Takes one token.
    func take(_ key: String) -> Decision {
        let now = clock.now().milliseconds
        // The generic cell rate algorithm: one request fills the bucket's schedule by one interval.
        let interval = Double(windowMilliseconds) / Double(max(1, limit.count))
        return buckets.withLock { buckets in
            // A clock that stepped back must not lock anyone out for longer than a window.
            let fullAt = min(max(buckets[key]?.fullAt ?? now, now), now + windowMilliseconds)
            let next = fullAt + Int64(interval.rounded(.up))
            let slack = Int64(interval.rounded(.up)) * Int64(limit.count) - (next - now)
            guard slack >= 0 else {
                return Decision(
                    isAllowed: false, limit: limit.count, remaining: 0, resetAfter: .milliseconds(fullAt - now),
                    retryAfter: .milliseconds(-slack))
            }
            if buckets[key] == nil && buckets.count >= Self.capacity { Self.makeRoom(in: &buckets, at: now) }
            buckets[key] = Bucket(fullAt: next)
            return Decision(
                isAllowed: true, limit: limit.count, remaining: Int(Double(slack) / interval), resetAfter: .milliseconds(next - now),
                retryAfter: .zero)
        }
    }

    private static func makeRoom(in buckets: inout [String: Bucket], at now: Int64) {
        buckets = buckets.filter { $0.value.fullAt > now }
        while buckets.count >= capacity, let fullest = buckets.min(by: { $0.value.fullAt < $1.value.fullAt }) {
            buckets[fullest.key] = nil
        }
    }

    var keyCount: Int { buckets.withLock { $0.count } }
}

/// The limiters of the API.
struct RateLimits: Sendable {
    let users: RateLimiter
    let addresses: RateLimiter
    let authAttempts: RateLimiter

    init(_ configuration: ControlConfiguration, clock: Clock = .system) {
        users = RateLimiter(configuration.userRequests, clock: clock)
        addresses = RateLimiter(configuration.addressRequests, clock: clock)
        authAttempts = RateLimiter(configuration.authAttempts, clock: clock)
    }
}
