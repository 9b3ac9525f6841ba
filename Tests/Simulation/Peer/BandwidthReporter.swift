import RTP

/// A viewer's own estimate of its downlink, sent as REMB: what browsers do where transport-wide feedback is not negotiated. One-way delay
/// growth (by abs-send-time) cuts it to 0.85 of what arrives, otherwise it rises 8 % a second up to 1.5 times what arrives.
package struct BandwidthReporter: Sendable {
    private static let interval = Duration.milliseconds(250)
    private static let rateWindow = Duration.milliseconds(500)
    /// Queueing that counts as overuse. libwebrtc's threshold adapts from 12.5 ms up; 30 ms is where it settles on jittery paths.
    private static let overuse = 0.030
    private static let decreaseFactor = 0.85
    private static let floor = 50_000.0

    package private(set) var estimate: Double?
    package private(set) var nextDeadline: Instant?
    /// Bits per second over the last half second.
    package private(set) var receivedRate = 0.0
    private var arrivals: [(at: Instant, bytes: Int)] = []
    private var firstArrival: Instant?
    private var sendTimes = Unwrapper(bits: 24)
    /// Smoothed queueing delay in seconds, against the least seen.
    private var queueing = 0.0
    private var leastDelay: Double?
    private var lastDecrease: Instant?
    private var lastUpdate: Instant?

    package init() {}

    /// `sendTime` is abs-send-time: 6.18 fixed-point seconds.
    package mutating func receive(bytes: Int, sendTime: UInt32?, at now: Instant) {
        arrivals.append((now, bytes))
        if nextDeadline == nil {
            nextDeadline = now + Self.interval
            firstArrival = now
        }
        guard let sendTime else { return }
        let sent = Double(sendTimes.unwrap(sendTime)) / 262_144
        let delay = Double(now.nanoseconds) / 1e9 - sent
        // The least creeps up, so that a path that became longer is not taken for a queue for ever.
        leastDelay = min(leastDelay.map { $0 + 0.000_01 } ?? delay, delay)
        queueing += ((delay - (leastDelay ?? delay)) - queueing) * 0.1
    }

    /// The estimate to report, when it is time.
    package mutating func advance(to now: Instant) -> Int? {
        guard let due = nextDeadline, now >= due else { return nil }
        nextDeadline = now + Self.interval
        arrivals.removeAll { now - $0.at > Self.rateWindow }
        let span = firstArrival.map { min(0.5, Double(now.nanoseconds(since: $0)) / 1e9) } ?? 0.5
        receivedRate = Double(arrivals.reduce(0) { $0 + $1.bytes } * 8) / max(0.1, span)
        guard receivedRate > 0 else { return estimate.map { Int($0) } }
        update(at: now)
        return estimate.map { Int($0) }
    }

    private mutating func update(at now: Instant) {
        let elapsed = lastUpdate.map { Double(now.nanoseconds(since: $0)) / 1e9 } ?? 0
        lastUpdate = now
        var value = estimate ?? max(receivedRate, 300_000)
        if queueing > Self.overuse {
            if lastDecrease.map({ now - $0 >= .milliseconds(500) }) ?? true {
                value = min(value, Self.decreaseFactor * receivedRate)
                lastDecrease = now
            }
        } else {
            // The cap stops the rise; it does not pull down what was reached before.
            value = max(value, min(value * (1 + 0.08 * elapsed), 1.5 * receivedRate + 10_000))
        }
        estimate = max(value, Self.floor)
    }
}
