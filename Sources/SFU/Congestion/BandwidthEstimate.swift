import RTP

/// How much one receiver's path carries, as far as its own reports tell.
///
/// Browsers send a Receiver Estimated Maximum Bitrate four times a second when a section has goog-remb without transport-cc. It cannot be taken as it
/// is: it stays within about 1.5 times of what arrives and rises by 8 % a second, so it says little about room that is not being used.
/// Therefore
/// - a REMB above the estimate raises it,
/// - a REMB that *falls* lowers it: the receiver's delay detector saw a queue, and 0.85 of what arrived is what it then reports,
/// - a REMB that is only low, while less or no more than that was being sent, says nothing,
/// - loss above 10 % and a round trip far above its minimum lower it too, since a receiver whose REMB never caught up cannot lower that,
/// - a probe that came through raises it to the probe's rate (`Prober`).
struct BandwidthEstimate {
    /// Before anything is known: enough for the middle layer of a camera and audio, and little enough for a poor link to recover from.
    static let start = 700_000
    static let minimum = 100_000
    static let maximum = 30_000_000
    /// Loss that means congestion (libwebrtc's loss-based controller draws the line here as well).
    static let highLoss = 0.10
    /// Reports are summed up until they cover this many packets.
    static let lossSample = 20
    /// Two decreases for loss or queue are at least this far apart: a report each second tells of the second before it.
    static let decreaseInterval: Int64 = 1_000_000_000
    /// Chosen: a drop-tail queue of 300 ms (RFC 8867's) is gone after two seconds where 0.85 of the path is used (the factor of REMB's and libwebrtc's
    /// decrease).
    static let drainInterval: Int64 = 2_000_000_000
    /// A round trip this much above its minimum is a standing queue.
    static let queueNanoseconds: Int64 = 250_000_000

    /// Bits per second; `nil` while nothing is known.
    private(set) var value: Int?
    private var lastREMB: Int?
    private var expected = 0
    private var lost = 0
    private var lastDecrease: Int64 = .min
    private(set) var minimumRoundTrip: Int64?
    private var minimumSince: Int64 = 0
    private var queuedReports = 0
    /// Decreases so far: whoever probes compares before and after.
    private(set) var decreases = 0

    init() {}

    /// What may be sent now.
    var budget: Int { value ?? Self.start }

    /// - Parameter sent: bits per second sent to this receiver over the last second.
    mutating func rembReceived(_ bitrate: Int, sent: Int, at now: Instant) {
        let remb = min(max(bitrate, Self.minimum), Self.maximum)
        defer { lastREMB = remb }
        let hasFallen = lastREMB.map { remb < $0 - $0 / 20 } ?? (remb < sent - sent / 4 && sent > Self.start / 2)
        if hasFallen, remb < budget {
            lower(to: remb, at: now)
        } else {
            value = max(budget, remb)
        }
    }

    /// A receiver report told of `expected` more packets of which `lost` are missing, and perhaps a round-trip time in nanoseconds.
    mutating func reportReceived(expected: Int, lost: Int, roundTrip: Int64?, sent: Int, at now: Instant) {
        if let roundTrip { noteRoundTrip(roundTrip, sent: sent, at: now) }
        if let roundTrip, let minimumRoundTrip, roundTrip < minimumRoundTrip + Prober.queue, lost * 50 <= expected, expected > 0,
            mayDecrease(at: now)
        {
            // What was sent came through without a queue: the path carries it. Unless a queue was seen since: the report tells of before.
            value = min(Self.maximum, max(budget, sent - sent / 20))
        }
        self.expected += expected
        self.lost += lost
        guard self.expected >= Self.lossSample else { return }
        let fraction = Double(self.lost) / Double(self.expected)
        self.expected = 0
        self.lost = 0
        guard fraction > Self.highLoss, mayDecrease(at: now) else { return }
        lower(to: max(proven, Int(Double(min(budget, max(sent, Self.minimum))) * (1 - fraction / 2))), at: now)
    }

    /// A probe's packets came through at this rate.
    mutating func probeSucceeded(at rate: Int) { value = min(Self.maximum, max(budget, rate)) }

    private mutating func noteRoundTrip(_ sample: Int64, sent: Int, at now: Instant) {
        // The minimum is forgotten after half a minute, so that a new path's longer way is not a queue for ever.
        if minimumRoundTrip.map({ sample <= $0 }) ?? true || now.nanoseconds - minimumSince > 30_000_000_000 {
            minimumRoundTrip = sample
            minimumSince = now.nanoseconds
        }
        guard let minimumRoundTrip, sample > minimumRoundTrip + Self.queueNanoseconds else {
            queuedReports = 0
            return
        }
        queuedReports += 1
        guard queuedReports >= 2, mayDecrease(at: now) else { return }
        queuedReports = 0
        lower(to: max(proven, Int(Double(min(budget, max(sent, Self.minimum))) * 0.85)), at: now)
    }

    /// A REMB is at most 1.5 times what arrived: two thirds of it are known to get through, however much is lost beside them.
    private var proven: Int { min(budget, (lastREMB ?? 0) * 2 / 3) }

    private func mayDecrease(at now: Instant) -> Bool {
        lastDecrease == .min || now.nanoseconds - lastDecrease >= Self.decreaseInterval
    }

    /// A queue was seen so lately that what fills the path to the brim would keep it standing.
    func isDraining(at now: Instant) -> Bool {
        lastDecrease != .min && now.nanoseconds - lastDecrease < Self.drainInterval
    }

    private mutating func lower(to rate: Int, at now: Instant) {
        value = max(Self.minimum, min(budget, rate))
        lastDecrease = now.nanoseconds
        decreases += 1
    }
}
