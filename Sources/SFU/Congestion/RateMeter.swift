import RTP

/// What came by in the last second, as a rate: ten buckets of 100 ms. Counts bytes, frames or packets alike.
struct RateMeter {
    private var buckets = InlineArray<10, UInt32>(repeating: 0)
    /// Number of the newest bucket: nanoseconds / 100 ms.
    private var newest: Int64 = .min
    private var sum: UInt64 = 0
    /// The bucket of the first amount ever, so that a meter younger than a second does not under-report.
    private var first: Int64 = .min
    /// Of the newest amount. Looking at the meter must not change what it says later, so a new beginning is decided when something is added.
    private var lastAdded: Int64 = .min

    private static let bucketNanoseconds: Int64 = 100_000_000

    mutating func add(_ amount: Int, at now: Instant) {
        advance(to: now)
        let i = Int(newest % 10)
        buckets[i] &+= UInt32(truncatingIfNeeded: amount)
        sum += UInt64(amount)
        if lastAdded == .min || newest - lastAdded >= 10 { first = newest }
        lastAdded = newest
    }

    /// Amount per second over the last second, or over the meter's life where that is shorter (but at least 200 ms).
    mutating func perSecond(at now: Instant) -> Int {
        advance(to: now)
        guard first != .min, sum > 0 else { return 0 }
        let tenths = min(10, max(2, newest - first + 1))
        return Int(sum) * 10 / Int(tenths)
    }

    mutating func bitsPerSecond(at now: Instant) -> Int { perSecond(at: now) * 8 }

    private mutating func advance(to now: Instant) {
        let bucket = max(0, now.nanoseconds / Self.bucketNanoseconds)
        if newest == .min { newest = bucket }
        guard bucket > newest else { return }
        if bucket - newest >= 10 {
            buckets = InlineArray(repeating: 0)
            sum = 0
            newest = bucket
            return
        }
        while newest < bucket {
            newest += 1
            let i = Int(newest % 10)
            sum -= UInt64(buckets[i])
            buckets[i] = 0
        }
    }
}
