import Glibc
import RTP

/// Says when the next of evenly spaced packets is due, without drifting, and waits for it.
struct Pace {
    private var next: Instant
    private let interval: Duration

    init(perSecond: Int) {
        interval = .nanoseconds(1_000_000_000 / Int64(perSecond))
        next = LoadPeer.now
    }

    mutating func wait() {
        next += interval
        let left = next.nanoseconds(since: LoadPeer.now)
        guard left > 0 else { return }
        var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
        nanosleep(&time, nil)
    }
}
