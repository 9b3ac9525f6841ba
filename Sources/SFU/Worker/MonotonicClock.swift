import CLinux
import RTP

/// CLOCK_MONOTONIC. Only this folder reads a clock; the core is told the time.
enum MonotonicClock {
    @inline(__always)
    static var now: Instant { Instant(nanoseconds: parley_clock_ns(CLOCK_MONOTONIC)) }
}
