import Synchronization

/// Token buckets, one per key, in bounded memory.
///
/// A bucket holds `count` tokens and refills evenly over `window`. Buckets that are full again say nothing and are dropped; when so many keys are active
/// that none can be dropped, those with the most tokens left go, which lose least by being forgotten.
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
        windowMilliseconds = max(1, limit.window.milliseconds)
        self.clock = clock
    }

    /// Takes one token.
    func take(_ key: String) -> Decision {
        let now = clock.now().milliseconds
        // The generic cell rate algorithm: each request moves the moment at which the bucket is full again by one interval.
        let interval = max(1, (windowMilliseconds + Int64(limit.count) - 1) / Int64(max(1, limit.count)))
        let capacity = interval * Int64(limit.count)
        return buckets.withLock { buckets in
            var fullAt = max(buckets[key]?.fullAt ?? now, now)
            // Later than any request can have moved it: the clock stepped back. That must lock nobody out.
            if fullAt > now + capacity { fullAt = now }
            let next = fullAt + interval
            let slack = capacity - (next - now)
            guard slack >= 0 else {
                return Decision(
                    isAllowed: false, limit: limit.count, remaining: 0, resetAfter: .milliseconds(fullAt - now),
                    retryAfter: .milliseconds(-slack))
            }
            if buckets[key] == nil && buckets.count >= Self.capacity { Self.makeRoom(in: &buckets, at: now) }
            buckets[key] = Bucket(fullAt: next)
            return Decision(
                isAllowed: true, limit: limit.count, remaining: Int(slack / interval), resetAfter: .milliseconds(next - now),
                retryAfter: .zero)
        }
    }

    /// Forgets what says nothing, else the eighth of all keys that loses least. An eighth at once, so that a flood of keys does not sort for each.
    private static func makeRoom(in buckets: inout [String: Bucket], at now: Int64) {
        buckets = buckets.filter { $0.value.fullAt > now }
        guard buckets.count >= capacity else { return }
        for (key, _) in buckets.sorted(by: { $0.value.fullAt < $1.value.fullAt }).prefix(capacity / 8) { buckets[key] = nil }
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
