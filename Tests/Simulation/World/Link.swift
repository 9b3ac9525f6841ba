import RTP

/// How a path treats datagrams. Every field may be changed during a run.
package struct LinkConditions: Sendable, Equatable {
    /// How packets are lost.
    package enum Loss: Sendable, Equatable {
        case none
        /// Each packet by itself, probability 0…1.
        case random(Double)
        /// Two states (Gilbert–Elliott): the chances per packet to enter and to leave the bad state, and the loss in either.
        case bursty(enterBad: Double, leaveBad: Double, lossInGood: Double, lossInBad: Double)

        /// Bursts of `length` packets on average that lose `rate` of all packets: the bad state loses everything.
        package static func bursts(rate: Double, length: Double) -> Loss {
            let leave = 1 / length
            return .bursty(enterBad: rate * leave / (1 - rate), leaveBad: leave, lossInGood: 0, lossInBad: 1)
        }
    }

    /// One way.
    package var delay: Duration = .milliseconds(20)
    /// Standard deviation of what is added to the delay. Order is kept: a late packet holds up those behind it.
    package var jitter: Duration = .zero
    package var loss: Loss = .none
    /// Chance that a packet is overtaken: it leaves the order and comes `reorderDelay` late.
    package var reorder: Double = 0
    package var reorderDelay: Duration = .milliseconds(15)
    /// Chance that a packet comes twice.
    package var duplicate: Double = 0
    /// Bits per second of UDP payload plus 28 bytes of IP and UDP header; `nil` is unlimited.
    package var rate: Int?
    /// The queue before the bottleneck in time at its rate: a packet that would wait longer is dropped (drop-tail).
    package var queue: Duration = .milliseconds(300)
    /// Everything is dropped (a pulled plug).
    package var down = false

    package init() {}
    package static let perfect = LinkConditions()
}

/// One direction of a path, sans-IO: it is told when a datagram enters and says when its copies arrive.
package struct Link: Sendable {
    package var conditions: LinkConditions
    package private(set) var statistics = Statistics()
    private var random: RandomSource
    private var inBadState = false
    /// When the bottleneck will have sent all that is queued.
    private var busyUntil = Instant(nanoseconds: 0)
    /// The latest in-order arrival so far.
    private var lastArrival = Instant(nanoseconds: 0)

    package struct Statistics: Sendable, Equatable {
        package var entered = 0
        package var lost = 0
        package var overflowed = 0
        package var duplicated = 0
        package var reordered = 0
        package var bytes = 0
        /// Everything arrived once and in order.
        package var isFlawless: Bool { lost + overflowed + duplicated + reordered == 0 }
        /// The longest wait in the bottleneck's queue.
        package var longestQueue: Duration = .zero
    }

    /// Arrivals fall on a grid, as a worker sees them: datagrams of one burst come in one receive batch.
    private static let gridNanoseconds: Int64 = 50_000
    private static let headerBytes = 28

    package init(_ conditions: LinkConditions, random: RandomSource) {
        self.conditions = conditions
        self.random = random
    }

    /// The arrival times of what entered: none if lost, two if duplicated. The number of draws per packet is constant.
    package mutating func send(bytes: Int, at now: Instant) -> (first: Instant?, second: Instant?) {
        statistics.entered += 1
        statistics.bytes += bytes
        let lost = drawLoss()
        let jitter = abs(random.bell())
        let overtaken = random.chance(conditions.reorder)
        let twice = random.chance(conditions.duplicate)
        guard let departure = depart(bytes: bytes, at: now) else {
            statistics.overflowed += 1
            return (nil, nil)
        }
        guard !lost, !conditions.down else {
            statistics.lost += 1
            return (nil, nil)
        }
        var arrival = departure.advanced(by: conditions.delay + conditions.jitter * jitter)
        if overtaken {
            statistics.reordered += 1
            arrival = arrival.advanced(by: conditions.reorderDelay)
        } else {
            arrival = max(arrival, lastArrival)
            lastArrival = arrival
        }
        if twice { statistics.duplicated += 1 }
        return (onGrid(arrival), twice ? onGrid(arrival.advanced(by: .milliseconds(1))) : nil)
    }

    private mutating func drawLoss() -> Bool {
        let turn = random.unit()
        let toss = random.unit()
        switch conditions.loss {
        case .none: return false
        case .random(let probability): return toss < probability
        case .bursty(let enter, let leave, let good, let bad):
            if turn < (inBadState ? leave : enter) { inBadState.toggle() }
            return toss < (inBadState ? bad : good)
        }
    }

    /// When the last bit leaves the bottleneck; `nil` if the queue is full.
    private mutating func depart(bytes: Int, at now: Instant) -> Instant? {
        guard let rate = conditions.rate else { return now }
        let start = max(now, busyUntil)
        let wait = start - now
        guard wait <= conditions.queue else { return nil }
        statistics.longestQueue = max(statistics.longestQueue, wait)
        let nanoseconds = Int64((bytes + Self.headerBytes) * 8) * 1_000_000_000 / Int64(max(rate, 1))
        busyUntil = start.advanced(by: .nanoseconds(nanoseconds))
        return busyUntil
    }

    private func onGrid(_ instant: Instant) -> Instant {
        let grid = Self.gridNanoseconds
        return Instant(nanoseconds: (instant.nanoseconds + grid - 1) / grid * grid)
    }
}
