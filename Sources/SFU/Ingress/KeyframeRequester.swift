import RTP

/// When to ask a publisher's section for a keyframe.
///
/// One Picture Loss Indication makes keyframes on all layers of a section (measured in Chromium and Firefox), so requests are limited per section and
/// not per layer: one a second for long, as mediasoup and Janus allow, with two more in a row for those who come one upon the other. Whoever
/// comes after these starts from the store (`RTPSender.apply`): its newest keyframe is a second old at most then, since a second without a
/// request always permits the next.
struct KeyframeRequester {
    /// A keyframe younger than this serves a joiner from the store as it is.
    static let minimumInterval = PacketStore.keyframeRunAge
    static let averageInterval: Int64 = 1_000_000_000
    /// Requests that may be made ahead of the average.
    static let burst: Int64 = 2
    /// A request this young may be answered at any moment.
    static let answerTime: Int64 = 250_000_000
    /// A wish that nothing answers for this long is dropped; whoever still needs the picture wishes again.
    static let patience: Int64 = 10_000_000_000

    /// Bit per encoding whose keyframe is wanted.
    private(set) var wanted: UInt8 = 0
    private var wantedSince: Int64 = .min
    private var lastSent: Int64 = .min
    /// When the requests made so far would be due at the average pace, the next one counted in.
    private var nextByAverage: Int64 = .min
    /// Of a relayed track: until when its own worker makes no request, because others have just made theirs.
    private var refusedUntil: Int64 = .min

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
        nextByAverage = .min
    }

    /// The track's own worker was asked, and will not ask the client before then.
    mutating func refused(until time: Instant) { refusedUntil = time.nanoseconds }

    /// A request made now would have to wait, and none is under way.
    func isHeldBack(at now: Instant) -> Bool {
        if refusedUntil > now.nanoseconds { return true }
        guard lastSent != .min, now.nanoseconds - lastSent >= Self.answerTime else { return false }
        return permitted > now.nanoseconds
    }

    /// When the next request may go out; meaningful after the first.
    private var permitted: Int64 { max(lastSent + Self.minimumInterval, nextByAverage - Self.burst * Self.averageInterval) }

    var nextDeadline: Instant? {
        guard wanted != 0 else { return nil }
        guard lastSent != .min else { return Instant(nanoseconds: wantedSince) }
        return Instant(nanoseconds: permitted)
    }

    /// The encoding to name in a request that is due now; the request counts as sent.
    mutating func takeDue(at now: Instant) -> Int? {
        guard let deadline = nextDeadline, deadline <= now else { return nil }
        if now.nanoseconds - wantedSince > Self.patience {
            wanted = 0
            return nil
        }
        lastSent = now.nanoseconds
        nextByAverage = max(nextByAverage, now.nanoseconds) + Self.averageInterval
        return wanted.trailingZeroBitCount
    }
}
