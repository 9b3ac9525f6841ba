/// What one run of one server found. All figures are of the window alone.
package struct Measurement: Codable, Equatable, Sendable {
    package var peer: String
    /// Who receives, all publishers or rooms together.
    package var viewers: Int
    /// What the handshakes agreed on.
    package var profile: String
    package var packetsPerSecondIn = 0
    /// RTP packet before encryption; 0 where streams differ.
    package var packetBytes = 0
    package var pattern = ""
    package var publishers: Int?
    /// Of rooms where everybody sends.
    package var rooms: Int?
    package var people: Int?
    /// The simulcast layer that is shown; none without video.
    package var layer: String?
    /// Microphones that a room hears; none: all.
    package var loudest: Int?
    /// Of each room; none: all. The others' microphones send noise.
    package var speaking: Int?
    package var seconds = 0.0
    /// Packets that viewers got in the window.
    package var delivered: UInt64 = 0
    /// Delivered of those that should have come.
    package var deliveryRatio = 0.0
    /// Gaps in what viewers got, by sequence numbers, of what should have come.
    package var sequenceLoss = 0.0
    /// Samples that were the bytes sent, and those that were not.
    package var samplesIntact: UInt64 = 0
    package var samplesAltered: UInt64 = 0
    package var samplesUndecryptable: UInt64 = 0
    /// Padding packets that came besides; not among the delivered.
    package var padding: UInt64 = 0
    /// CPU time of the server for each delivered packet.
    package var microsecondsPerPacket = 0.0
    /// Of it, the media threads' (the rest is signalling), where the server's threads tell.
    package var mediaMicrosecondsPerPacket: Double?
    /// Share of one core.
    package var serverCPU = 0.0
    /// From the generator's send to its receive, in µs.
    package var delayP50 = 0.0
    package var delayP99 = 0.0
    package var delayP999 = 0.0
    /// Datagrams handed over at once, on average; 1 without UDP_SEGMENT.
    package var runLength = 0.0
    package var residentKiB = 0
    package var threads = 0
    /// How late the generator itself sent, p99 in µs: its own health.
    package var generatorLateP99 = 0.0
    /// Share of its core that the generator took, all its threads.
    package var generatorCPU: Double?
    /// Share of the server's core that neither it nor nobody had.
    package var othersCPU: Double?
    /// Datagrams in the window that the kernel threw away at the generator's own sockets.
    package var generatorDrops: UInt64?
    /// Datagrams that the kernel threw away because a socket was full, anywhere in the namespace.
    package var overflowed: UInt64 = 0
    /// Of those, at the server's sockets, since its start.
    package var serverSocketDrops: UInt64?
    /// From the first offer to the last finished handshake.
    package var setUpSeconds = 0.0
    /// Load average of a minute at the end of the run; the run's own share of it is about 1.
    package var loadAverage: Double?

    /// What was lost on the way and came after all; none where nothing was lost.
    package var repair: Repair?
    /// Of a server whose media threads are several, or whose memory was read before anybody watched.
    package var audience: Audience?
    /// Of rooms on a server that was told how many media threads to have.
    package var threading: Threading?
    /// This share of the server's own capacity.
    package var loadShare: Double?
    /// The p99 in µs up to which this load counts as carried, where another was asked for than `usualDelayBound`.
    package var delayBound: Double?

    package init(peer: String, viewers: Int, profile: String) {
        self.peer = peer
        self.viewers = viewers
        self.profile = profile
    }

    /// Chosen: of what people hear and see, 10 ms are not noticed.
    package static let usualDelayBound = 10_000.0
    private var mostDelay: Double { delayBound ?? Self.usualDelayBound }
    /// Chosen: half of the delay that may be. What leaves later than that comes in bunches, which are more than the server was to be asked for.
    private var mostLateness: Double { mostDelay / 2 }
    /// Chosen: from here on it may be that the load was never there. What arrives in time in spite of less was carried all the same.
    private static let neverOffered = 100_000.0

    /// Chosen: a quiet machine's share is 1 to 3 %.
    private static let mostForOthers = 0.1

    /// Right, complete and in time.
    package var isCarried: Bool { reasonMissed == nil }

    /// What kept this load from being carried, for a reader; `nil`: it was carried. What is not the server's stands first: it is then not the server's limit
    /// that was found.
    package var reasonMissed: String? { foreignReason ?? serverReason }

    /// Whether it was missed for what the generator or the machine did.
    package var isMissedByOthers: Bool { foreignReason != nil }

    private var foreignReason: String? { generatorReason.map { "generator: " + $0 } ?? machineReason.map { "machine: " + $0 } }

    private var machineReason: String? {
        guard let othersCPU, othersCPU > Self.mostForOthers, serverReason != nil else { return nil }
        return "others had \((othersCPU * 100).fixed(0)) % of the server's core"
    }

    private var serverReason: String? {
        if samplesAltered + samplesUndecryptable > 0 { return "\(samplesAltered + samplesUndecryptable) samples were not what was sent" }
        if deliveryRatio < 0.999 { return "\((deliveryRatio * 100).fixed(2)) % delivered" }
        return delayP99 > mostDelay ? "p99 \((delayP99 / 1000).fixed(1)) ms" : nil
    }

    private var generatorReason: String? {
        let most = serverReason == nil ? Self.neverOffered : mostLateness
        if generatorLateP99 > most { return "it sent \((generatorLateP99 / 1000).fixed(1)) ms late" }
        // Where all arrived none of them can have been missed.
        guard let drops = generatorDrops, drops > 0, deliveryRatio < 0.999 else { return nil }
        return "\(drops) datagrams were thrown away at its sockets"
    }

    /// The peer, and how many media threads it was given, where more than one.
    package var name: String { threading.map { $0.workers > 1 ? "\(peer), \($0.workers) workers" : peer } ?? peer }

    package var packetsPerSecondOut: Double { Double(delivered) / max(seconds, 1e-9) }

    /// How many people in rooms such as these would fill the core; none where not even these got everything.
    package var peoplePerCore: Double? {
        guard let people, let rooms, serverCPU > 0, deliveryRatio >= 0.999 else { return nil }
        return Double(people * rooms) / serverCPU
    }

    /// What is compared with each other: everything but the peer and what was found.
    package var load: String {
        "\(publishers ?? 1) \(viewers) \(rooms ?? 0) \(people ?? 0) \(layer ?? "") \(loudest ?? 0) \(speaking ?? 0) \(pattern) \(packetBytes) \(repair?.lossPercent ?? 0) \(repair?.uplinkLossPercent ?? 0) \(audience?.workers ?? threading?.workers ?? 1)"
            + (loadShare.map { " \($0) \(packetsPerSecondIn)" } ?? "")
    }

    package static let header =
        "peer        viewers  in/s    out/s   us/pkt  cpu%   delivered  p50us    p99us    p99.9us   run   RSS MB  bad drops load"

    package var row: String {
        func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        return pad(peer, 12) + pad("\(viewers)", 9) + pad("\(packetsPerSecondIn)", 8) + pad("\(Int(packetsPerSecondOut))", 8)
            + pad(microsecondsPerPacket.fixed(2), 8) + pad((serverCPU * 100).fixed(1), 7) + pad((deliveryRatio * 100).fixed(3), 11)
            + pad(delayP50.fixed(0), 9) + pad(delayP99.fixed(0), 9) + pad(delayP999.fixed(0), 10) + pad(runLength.fixed(2), 6)
            + pad("\(residentKiB / 1024)", 8) + pad("\(samplesAltered + samplesUndecryptable)", 4)
            + pad("\(overflowed)", 6) + (loadAverage ?? 0).fixed(1) + (mediaMicrosecondsPerPacket.map { "  media \($0.fixed(2))" } ?? "")
            + (generatorCPU.map { "  gen \(($0 * 100).fixed(0)) % late \(generatorLateP99.fixed(0))" } ?? "")
            + (othersCPU.map { "  others \(($0 * 100).fixed(0)) %" } ?? "")
            + (threading?.row ?? "")
            + (repair?.row ?? "") + (audience?.row ?? "")
    }
}

extension Double {
    /// With so many digits after the point.
    package func fixed(_ digits: Int) -> String {
        guard isFinite, abs(self) < 1e12 else { return "-" }
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((self * Double(scale)).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = "\(abs(scaled) % scale)"
        return (scaled < 0 ? "-" : "") + "\(abs(scaled) / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
