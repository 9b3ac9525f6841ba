import LoadGenerator

/// What one run of one server found. All figures are of the window alone.
struct Measurement: Codable {
    var peer: String
    var viewers: Int
    var profile: String
    var packetsPerSecondIn: Int
    var packetBytes: Int
    var pattern: String
    var seconds: Double
    /// Packets that viewers got in the window.
    var delivered: UInt64
    /// Delivered of sent × viewers.
    var deliveryRatio: Double
    /// Gaps in what viewers got, by sequence numbers, of what should have come.
    var sequenceLoss: Double
    /// Samples that were the bytes sent, and those that were not.
    var samplesIntact: UInt64
    var samplesAltered: UInt64
    var samplesUndecryptable: UInt64
    /// Padding packets that came besides; not among the delivered.
    var padding: UInt64
    /// CPU time of the server for each delivered packet.
    var microsecondsPerPacket: Double
    /// Share of one core.
    var serverCPU: Double
    var delayP50: Double
    var delayP99: Double
    var delayP999: Double
    /// Datagrams handed over at once, on average; 1 without UDP_SEGMENT.
    var runLength: Double
    var residentKiB: Int
    var threads: Int
    /// How late the generator itself sent, p99 in µs: its own health.
    var generatorLateP99: Double
    /// Datagrams that the kernel threw away because a socket was full, anywhere in the namespace.
    var overflowed: UInt64
    /// From the first offer to the last finished handshake.
    var setUpSeconds: Double

    /// Right, complete and in time.
    var isCarried: Bool { deliveryRatio >= 0.999 && delayP99 <= 10_000 && samplesAltered == 0 && samplesUndecryptable == 0 }

    static let header = "peer        viewers  in/s    out/s   us/pkt  cpu%   delivered  p50us    p99us    p99.9us   run   RSS MB  bad"

    var row: String {
        func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        return pad(peer, 12) + pad("\(viewers)", 9) + pad("\(packetsPerSecondIn)", 8) + pad("\(Int(Double(delivered) / seconds))", 8)
            + pad(Self.fixed(microsecondsPerPacket, 2), 8) + pad(Self.fixed(serverCPU * 100, 1), 7)
            + pad(Self.fixed(deliveryRatio * 100, 3), 11) + pad(Self.fixed(delayP50, 0), 9) + pad(Self.fixed(delayP99, 0), 9)
            + pad(Self.fixed(delayP999, 0), 10) + pad(Self.fixed(runLength, 2), 6) + pad("\(residentKiB / 1024)", 8)
            + "\(samplesAltered + samplesUndecryptable)"
    }

    /// With so many digits after the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "-" }
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = "\(abs(scaled) % scale)"
        return (scaled < 0 ? "-" : "") + "\(abs(scaled) / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
