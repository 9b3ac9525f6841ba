import RTP

/// When to ask a publisher's section for a keyframe.
///
/// One Picture Loss Indication makes keyframes on all layers of a section (measured in Chromium and Firefox), so requests are limited per section and
/// not per layer: never two within 500 ms, and after three unanswered ones each second, until a keyframe of the wanted layer arrives.
struct KeyframeRequester {
    static let minimumInterval: Int64 = 500_000_000
    static let slowInterval: Int64 = 1_000_000_000
    /// Requests at the faster pace.
    static let fastTries = 3
    /// A wish that nothing answers for this long is dropped; whoever still needs the picture wishes again.
    static let patience: Int64 = 10_000_000_000

    /// Bit per encoding whose keyframe is wanted.
    private(set) var wanted: UInt8 = 0
    private var wantedSince: Int64 = .min
    private var lastSent: Int64 = .min
    private var tries = 0

    mutating func want(encoding: Int, at now: Instant) {
        if wanted == 0 {
            wantedSince = now.nanoseconds
            tries = 0
        }
        wanted |= 1 << UInt8(encoding & 7)
    }

    mutating func keyframeArrived(encoding: Int) {
        wanted &= ~(1 << UInt8(encoding & 7))
        tries = 0
    }

    mutating func cancel() { wanted = 0 }

    var nextDeadline: Instant? {
        guard wanted != 0 else { return nil }
        guard lastSent != .min else { return Instant(nanoseconds: wantedSince) }
        return Instant(nanoseconds: lastSent + (tries < Self.fastTries ? Self.minimumInterval : Self.slowInterval))
    }

    /// The encoding to name in a request that is due now; the request counts as sent.
    mutating func takeDue(at now: Instant) -> Int? {
        guard let deadline = nextDeadline, deadline <= now else { return nil }
        if now.nanoseconds - wantedSince > Self.patience {
            wanted = 0
            return nil
        }
        lastSent = now.nanoseconds
        tries += 1
        return wanted.trailingZeroBitCount
    }
}
