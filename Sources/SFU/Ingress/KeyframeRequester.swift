import RTP

/// When to ask a publisher's section for a keyframe.
///
/// One Picture Loss Indication makes keyframes on all layers of a section (measured in Chromium and Firefox), so requests are limited per section and
/// not per layer: never two within 500 ms, and no more than one a second for long, until a keyframe of the wanted layer arrives.
struct KeyframeRequester {
    static let minimumInterval: Int64 = 500_000_000
    /// Three requests take two seconds at least, so that the average is the one a second that mediasoup and Janus allow.
    static let tripleInterval: Int64 = 2_000_000_000
    /// A wish that nothing answers for this long is dropped; whoever still needs the picture wishes again.
    static let patience: Int64 = 10_000_000_000

    /// Bit per encoding whose keyframe is wanted.
    private(set) var wanted: UInt8 = 0
    private var wantedSince: Int64 = .min
    private var lastSent: Int64 = .min
    private var sentBefore: Int64 = .min

    mutating func want(encoding: Int, at now: Instant) {
        if wanted == 0 { wantedSince = now.nanoseconds }
        wanted |= 1 << UInt8(encoding & 7)
    }

    mutating func keyframeArrived(encoding: Int) {
        wanted &= ~(1 << UInt8(encoding & 7))
    }

    mutating func cancel() { wanted = 0 }

    /// An encoder has just resumed: requests that it could not answer do not hold up the next. Once a resumption, so the publisher sets the pace.
    mutating func forgetPace() {
        lastSent = .min
        sentBefore = .min
    }

    var nextDeadline: Instant? {
        guard wanted != 0 else { return nil }
        guard lastSent != .min else { return Instant(nanoseconds: wantedSince) }
        let afterBoth = sentBefore == .min ? .min : sentBefore + Self.tripleInterval
        return Instant(nanoseconds: max(lastSent + Self.minimumInterval, afterBoth))
    }

    /// The encoding to name in a request that is due now; the request counts as sent.
    mutating func takeDue(at now: Instant) -> Int? {
        guard let deadline = nextDeadline, deadline <= now else { return nil }
        if now.nanoseconds - wantedSince > Self.patience {
            wanted = 0
            return nil
        }
        sentBefore = lastSent
        lastSent = now.nanoseconds
        return wanted.trailingZeroBitCount
    }
}
