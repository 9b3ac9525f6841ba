import RTP

/// The only clock of a simulated room. It moves when the world says so, and never back.
package struct VirtualClock: Sendable {
    package private(set) var now: Instant

    /// Not zero, so that code that takes zero for "never" is found out.
    package init(start: Instant = Instant(nanoseconds: 1_000_000_000)) {
        now = start
    }

    package mutating func advance(to instant: Instant) {
        precondition(instant >= now, "virtual time does not run backwards")
        now = instant
    }
}

/// A client's own idea of the time of day: another offset for each, as in life. Sender reports carry it.
package struct WallClock: Sendable {
    /// NTP time at the virtual epoch.
    private let epoch: UInt64

    package init(random: inout RandomSource) {
        // Some day in 2026, and up to ten minutes wrong.
        let seconds = UInt64(3_990_000_000 + random.integer(in: -600...600))
        epoch = seconds << 32 | UInt64(random.next() & 0xFFFF_FFFF)
    }

    /// NTP time in 32.32 fixed point.
    package func ntp(at instant: Instant) -> UInt64 {
        let (seconds, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return epoch &+ UInt64(seconds) << 32 &+ (UInt64(rest) << 32) / 1_000_000_000
    }
}
