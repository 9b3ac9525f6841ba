import CLinux
import RTP

/// CLOCK_MONOTONIC. Only this folder reads a clock; the core is told the time.
enum MonotonicClock {
    /// Unix time at the clock's zero, for the wall clock in sender reports. Taken once: a later step of the wall clock must not move media.
    static var unixEpochNanoseconds: Int64 { parley_clock_ns(CLOCK_REALTIME) - parley_clock_ns(CLOCK_MONOTONIC) }

    @inline(__always)
    static var now: Instant { Instant(nanoseconds: parley_clock_ns(CLOCK_MONOTONIC)) }

    /// Until `time`, or until a signal comes.
    static func rest(until time: Instant) {
        var end = timespec(tv_sec: Int(time.nanoseconds / 1_000_000_000), tv_nsec: Int(time.nanoseconds % 1_000_000_000))
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nil)
    }
}
