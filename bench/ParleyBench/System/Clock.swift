import CLinux
import Glibc

enum Clock {
    /// CLOCK_MONOTONIC in nanoseconds.
    static var now: Int64 { parley_clock_ns(CLOCK_MONOTONIC) }
}
