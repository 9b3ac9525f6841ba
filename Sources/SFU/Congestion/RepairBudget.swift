import RTP

/// How many bytes of retransmission one receiver may cause: a quarter of what it is sent, saved up for at most half a second.
///
/// Ten per cent of loss need an eighth. Without a bound a full path asks for ever more repairs, which fill it further (seen in simulation: 3.1
/// Mbit/s of repairs on a path of 0.48).
struct RepairBudget {
    /// The least, in bit/s, so that one lost keyframe can be repaired on a quiet stream.
    static let minimumRate = 200_000

    private var rate = minimumRate
    private var bytes = minimumRate / 16
    private var lastRefill: Int64 = .min

    /// - Parameter media: bits per second sent or allowed.
    mutating func setRate(_ media: Int) { rate = max(Self.minimumRate, media / 4) }

    /// Whether another repair may be sent.
    mutating func admits(at now: Instant) -> Bool {
        if lastRefill != .min {
            let elapsed = min(500_000_000, max(0, now.nanoseconds - lastRefill))
            bytes = min(rate / 16, bytes + Int(elapsed / 1_000) * (rate / 8) / 1_000_000)
        }
        lastRefill = now.nanoseconds
        return bytes > 0
    }

    mutating func spent(_ count: Int) { bytes -= count }
}
