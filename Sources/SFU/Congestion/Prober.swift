import RTP

/// Finds out whether a receiver's path carries more than is being sent, by sending more for a moment.
///
/// A probe is a train of padding on a declared RTX stream that brings the total up to the rate that the next better layer needs. At its end a sender
/// report leaves; the report block that names it gives the round trip of a packet that stood behind the whole train. If that is hardly
/// longer than the shortest, no queue formed and the path carries the rate. (REMB cannot tell: it climbs by 8 % a second whatever came
/// through, and need not fall when it is low already.) After a failure the next probe waits 3 s, then half as long again each time, up to two
/// minutes (LiveKit's figures).
struct Prober {
    private enum State {
        case idle
        /// Sending until `end`.
        case running(end: Int64)
        /// The train is out; its report is to be sent.
        case reporting(until: Int64)
        /// Waiting for the block that names the report, which left at `sent`.
        case settling(report: UInt32, sent: Int64, until: Int64)
    }

    /// A queue of a fifth of this shows in the round trip where the rate was a quarter too high.
    static let duration: Int64 = 150_000_000
    /// Report blocks come beside REMB, four times a second, or each half to one and a half seconds.
    static let patience: Int64 = 2_000_000_000
    /// More than this behind the train is a queue. Jitter of a good Wi-Fi stays below.
    static let queue: Int64 = 40_000_000
    static let firstBackOff: Int64 = 3_000_000_000
    static let maximumBackOff: Int64 = 120_000_000_000
    /// After a success, until the layer has moved.
    static let pauseAfterSuccess: Int64 = 200_000_000
    /// One train is not more than so many times what the estimate is, to spare narrow paths the worst.
    static let maximumStep = 3
    /// Bytes of one probe packet on the wire, about: padding of 255 with headers and tag.
    static let packetBytes = 320

    private var state = State.idle
    /// Total to reach, bit/s.
    private(set) var target = 0
    private var extra = 0
    private var nextSend: Int64 = 0
    private var lastLook: Int64 = 0
    private var decreasesBefore = 0
    private var notBefore: Int64 = 0
    private var backOff = firstBackOff

    init() {}

    var isIdle: Bool { if case .idle = state { true } else { false } }

    /// Starts a probe towards `rate` when none is running and the last failure is long enough ago.
    ///
    /// The first try aims half above what is needed, so that the layer has room to vary; after a failure it aims a little above.
    mutating func want(_ rate: Int, sending: Int, estimate: Int, decreases: Int, at now: Instant) {
        let aim = backOff == Self.firstBackOff ? rate + rate / 2 : rate + rate / 8
        guard isIdle, now.nanoseconds >= notBefore, aim > estimate else { return }
        target = min(aim, estimate * Self.maximumStep)
        extra = max(100_000, target - sending)
        decreasesBefore = decreases
        nextSend = now.nanoseconds
        state = .running(end: now.nanoseconds + Self.duration)
    }

    /// When `packetsDue` has something to say. The verdict waits for reports and the regular look at the bandwidth.
    var nextDeadline: Instant? {
        guard case .running(let end) = state else { return nil }
        // No finer than the timers are.
        return Instant(nanoseconds: min(max(nextSend, lastLook + Pacer.step), end))
    }

    /// How many padding packets to send now.
    mutating func packetsDue(at now: Instant) -> Int {
        guard case .running(let end) = state else { return 0 }
        if now.nanoseconds >= end {
            state = .reporting(until: now.nanoseconds + Self.patience)
            return 0
        }
        let gap = Int64(Self.packetBytes * 8) * 1_000_000_000 / Int64(extra)
        var count = 0
        while nextSend <= now.nanoseconds, count < 16 {
            count += 1
            nextSend += gap
        }
        lastLook = now.nanoseconds
        return count
    }

    /// The train is out and its sender report should leave now.
    var wantsReport: Bool { if case .reporting = state { true } else { false } }

    /// The report that follows the train left, with these middle bits of its NTP time.
    mutating func reportSent(_ middle32: UInt32, at now: Instant) {
        guard case .reporting(let until) = state else { return }
        state = .settling(report: middle32, sent: now.nanoseconds, until: until)
    }

    /// Until when a slot whose last report left at `time` has to keep the next one back: a block names the newest report that its sender has, so another
    /// one in the meantime would leave the probe without an answer.
    func holdsReport(after time: Int64) -> Int64? {
        guard case .settling(_, time, let until) = state else { return nil }
        return until
    }

    enum Verdict: Equatable {
        case none, succeeded(Int), failed
    }

    /// A report block came, with the round trip of the report that it names.
    mutating func reportAnswered(_ middle32: UInt32, roundTrip: Int64?, minimum: Int64?, decreases: Int, at now: Instant) -> Verdict {
        guard case .settling(let report, _, _) = state, report == middle32, let roundTrip else { return .none }
        state = .idle
        guard decreases == decreasesBefore, roundTrip - (minimum ?? roundTrip) < Self.queue else { return fail(at: now) }
        notBefore = now.nanoseconds + Self.pauseAfterSuccess
        backOff = Self.firstBackOff
        return .succeeded(target)
    }

    /// Gives up a probe that nobody answered, or during which the path showed that it is full.
    mutating func look(decreases: Int, at now: Instant) {
        switch state {
        case .idle: return
        case .running: if decreases != decreasesBefore { _ = fail(at: now) }
        case .reporting(let until), .settling(_, _, let until):
            if decreases != decreasesBefore {
                _ = fail(at: now)
            } else if now.nanoseconds >= until {
                // Nobody said anything: neither good nor bad.
                state = .idle
                notBefore = now.nanoseconds + Self.firstBackOff
            }
        }
    }

    private mutating func fail(at now: Instant) -> Verdict {
        state = .idle
        notBefore = now.nanoseconds + backOff
        backOff = min(Self.maximumBackOff, backOff + backOff / 2)
        return .failed
    }

    /// The wish is gone.
    mutating func cancel() { state = .idle }
}
