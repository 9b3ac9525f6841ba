import RTP

/// Finds out whether a receiver's path carries more than is being sent, by sending more for a moment.
///
/// A probe is a train of padding on a declared RTX stream that brings the total up to the rate that the next better layer needs. What comes
/// back decides: the estimate was not lowered by loss, queue or a falling REMB until the reports about the train are in. After a
/// failure the next probe waits 3 s, then half as long again each time, up to two minutes (LiveKit's figures).
struct Prober {
    private enum State {
        case idle
        /// Sending until `end`.
        case running(end: Int64, began: Int64)
        /// Waiting for the receiver's verdict.
        case settling(until: Int64)
    }

    /// 200 ms at 1.2 Mbit/s more is 30 kB: little, and still more than a shallow queue holds.
    static let duration: Int64 = 200_000_000
    /// Reports come each 250 ms beside REMB, at the latest each second.
    static let settleNanoseconds: Int64 = 700_000_000
    static let firstBackOff: Int64 = 3_000_000_000
    static let maximumBackOff: Int64 = 120_000_000_000
    /// After a success the next step may be tried at once, but not before the layer has moved.
    static let pauseAfterSuccess: Int64 = 300_000_000
    /// Bytes of one probe packet on the wire, about: padding of 255 with headers and tag.
    static let packetBytes = 320

    private var state = State.idle
    /// Total to reach, bit/s.
    private(set) var target = 0
    private var extra = 0
    private var nextSend: Int64 = 0
    private var decreasesBefore = 0
    private var notBefore: Int64 = 0
    private var backOff = firstBackOff

    init() {}

    var isIdle: Bool { if case .idle = state { true } else { false } }

    /// Starts a probe up to `rate` when none is running and the last failure is long enough ago.
    mutating func want(_ rate: Int, sending: Int, decreases: Int, at now: Instant) {
        guard isIdle, now.nanoseconds >= notBefore, rate > sending else { return }
        target = rate
        extra = max(100_000, rate - sending)
        decreasesBefore = decreases
        nextSend = now.nanoseconds
        state = .running(end: now.nanoseconds + Self.duration, began: now.nanoseconds)
    }

    /// When `packetsDue` has something to say. The verdict waits for the regular look at the bandwidth.
    var nextDeadline: Instant? {
        guard case .running(let end, _) = state else { return nil }
        return Instant(nanoseconds: min(nextSend, end))
    }

    /// How many padding packets to send now.
    mutating func packetsDue(at now: Instant) -> Int {
        guard case .running(let end, _) = state else { return 0 }
        if now.nanoseconds >= end {
            state = .settling(until: now.nanoseconds + Self.settleNanoseconds)
            return 0
        }
        let gap = Int64(Self.packetBytes * 8) * 1_000_000_000 / Int64(extra)
        var count = 0
        while nextSend <= now.nanoseconds, count < 16 {
            count += 1
            nextSend += gap
        }
        // No finer than the timers are.
        nextSend = max(nextSend, now.nanoseconds + Pacer.step)
        return count
    }

    enum Verdict: Equatable {
        case none, succeeded(Int), failed
    }

    /// The outcome, once; asked at every look at the bandwidth.
    mutating func verdict(decreases: Int, at now: Instant) -> Verdict {
        switch state {
        case .idle: return .none
        case .running, .settling:
            if decreases != decreasesBefore {
                state = .idle
                notBefore = now.nanoseconds + backOff
                backOff = min(Self.maximumBackOff, backOff + backOff / 2)
                return .failed
            }
            guard case .settling(let until) = state, now.nanoseconds >= until else { return .none }
            state = .idle
            notBefore = now.nanoseconds + Self.pauseAfterSuccess
            backOff = Self.firstBackOff
            return .succeeded(target)
        }
    }

    /// The wish is gone.
    mutating func cancel() { state = .idle }
}
