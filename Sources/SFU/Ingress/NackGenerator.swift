import RTP

/// Which packets of one incoming stream to ask for again, and when (RFC 4585 §6.2.1).
///
/// A gap is reported after a short wait for reordered packets, then again each round-trip time, each time a quarter later, at most ten times.
/// The list is bounded: a gap too large for it is not repaired packet by packet but by a keyframe.
struct NackGenerator: ~Copyable {
    private struct Missing: BitwiseCopyable {
        var sequence: UInt64
        var due: Int64
        var interval: Int64
        var tries: UInt8
    }

    /// Between LiveKit's 100 and mediasoup's 1000; at 1.7 Mbit/s it is 2.5 s of video.
    static let capacity = 512
    /// JVB and mediasoup give up after ten as well.
    static let maximumTries: UInt8 = 10
    /// Waited for packets that are only late. Chosen: half of what Janus waits (12 ms) would ask for reordered packets on Wi-Fi.
    static let reorderWait: Int64 = 10_000_000
    /// Never ask faster than each 20 ms nor slower than each 400 ms (LiveKit's bounds).
    static let minimumInterval: Int64 = 20_000_000
    static let maximumInterval: Int64 = 400_000_000
    /// Before a round-trip time is known (LiveKit assumes 70 ms).
    static let assumedRoundTrip: Int64 = 70_000_000

    private let missing: UnsafeMutablePointer<Missing>
    private(set) var count = 0
    private var highest: UInt64?

    enum Outcome: Equatable {
        case nothing
        /// More is missing than the list may hold, or a packet was given up: only a keyframe helps.
        case beyondRepair
    }

    init() { missing = .allocate(capacity: Self.capacity) }
    deinit { missing.deallocate() }

    /// A packet arrived. Numbers between it and the highest so far become missing.
    mutating func received(_ sequence: UInt64, at now: Instant) -> Outcome {
        guard let known = highest else {
            highest = sequence
            return .nothing
        }
        guard sequence > known else {
            remove(sequence)
            return .nothing
        }
        highest = sequence
        let gap = sequence - known - 1
        guard gap <= UInt64(Self.capacity - count) else {
            count = 0
            return .beyondRepair
        }
        for lost in 0..<gap {
            missing[count] = Missing(
                sequence: known + 1 + lost, due: now.nanoseconds + Self.reorderWait, interval: 0, tries: 0)
            count += 1
        }
        return .nothing
    }

    /// A keyframe starts here: nothing before it is worth repairing.
    mutating func keyframeStarted(at sequence: UInt64) {
        var kept = 0
        for i in 0..<count where missing[i].sequence >= sequence {
            missing[kept] = missing[i]
            kept += 1
        }
        count = kept
    }

    /// Nothing is missing.
    var isEmpty: Bool { count == 0 }

    /// When the next request is due.
    var nextDeadline: Instant? {
        guard count > 0 else { return nil }
        var earliest = Int64.max
        for i in 0..<count where missing[i].due < earliest { earliest = missing[i].due }
        return Instant(nanoseconds: earliest)
    }

    /// Writes the numbers to ask for now into `out`, lowest first, and plans their next try.
    mutating func takeDue(
        at now: Instant, roundTrip: Int64?, into out: UnsafeMutableBufferPointer<UInt16>
    ) -> (written: Int, outcome: Outcome) {
        var written = 0
        var kept = 0
        var outcome = Outcome.nothing
        for i in 0..<count {
            var entry = missing[i]
            if entry.due <= now.nanoseconds, written < out.count {
                if entry.tries >= Self.maximumTries {
                    outcome = .beyondRepair
                    continue
                }
                out[written] = UInt16(truncatingIfNeeded: entry.sequence)
                written += 1
                planNextTry(&entry, at: now, roundTrip: roundTrip ?? Self.assumedRoundTrip)
            }
            missing[kept] = entry
            kept += 1
        }
        count = kept
        return (written, outcome)
    }

    /// The stream begins anew.
    mutating func reset() {
        count = 0
        highest = nil
    }

    private func planNextTry(_ entry: inout Missing, at now: Instant, roundTrip: Int64) {
        let first = min(max(roundTrip, Self.minimumInterval), Self.maximumInterval)
        entry.interval = entry.tries == 0 ? first : min(entry.interval + entry.interval / 4, Self.maximumInterval)
        entry.tries += 1
        entry.due = now.nanoseconds + entry.interval
    }

    private mutating func remove(_ sequence: UInt64) {
        var i = count - 1
        while i >= 0, missing[i].sequence > sequence { i -= 1 }
        guard i >= 0, missing[i].sequence == sequence else { return }
        for j in i..<(count - 1) { missing[j] = missing[j + 1] }
        count -= 1
    }
}
