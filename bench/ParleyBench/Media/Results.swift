import LoadGenerator

/// A file of bench/results: who measured what where, every run, and the medians.
struct Results: Codable {
    var machine: Machine
    var method: String
    var medians: [Measurement]
    var runs: [Measurement]

    static let method = """
        One publisher, ICE (controlling, libnice's STUN layer), DTLS 1.2 and SRTP by each endpoint on a socket of its own, in a network \
        namespace with MTU 1,500. A fresh server process for each run, on one core; generator on the other. CPU is schedstat of all the \
        server's threads over the window, divided by the packets that viewers received. The sender holds its breath for 15 ms at both ends \
        of the window, so that nothing is under way when it is counted. Servers are interleaved; each row is the run with the median CPU \
        per packet. "limit-n" is the bare loop with runs of at most n.
        """

    /// Of each peer and number of viewers the run with the median cost.
    init(_ runs: [Measurement], on machine: Machine) {
        self.machine = machine
        self.runs = runs
        method = Self.method
        var rows: [String: [Measurement]] = [:]
        var order: [String] = []
        for run in runs {
            let key = "\(run.viewers) \(run.packetsPerSecondIn) \(run.peer)"
            if rows[key] == nil { order.append(key) }
            rows[key, default: []].append(run)
        }
        medians = order.compactMap { key in
            let sorted = (rows[key] ?? []).sorted { $0.microsecondsPerPacket < $1.microsecondsPerPacket }
            return sorted.isEmpty ? nil : sorted[sorted.count / 2]
        }
    }
}
