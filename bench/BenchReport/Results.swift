/// A file of bench/results: who measured what where, every run, and the medians.
package struct Results: Codable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Some publish, others watch.
        case forwarding
        /// Everybody sends camera and microphone to everybody.
        case conference
        /// Everybody sends a microphone.
        case audio
        /// The highest load that was carried.
        case capacity
        /// As forwarding, with packets lost on the way.
        case loss
        /// One room on several media threads.
        case audience
    }

    /// The highest load of one peer with so many viewers.
    package struct Capacity: Codable, Equatable, Sendable {
        package var peer: String
        package var viewers: Int
        /// 0: not even the first load was carried.
        package var packetsPerSecondOut: Int
        package var loadAverage: Double
        /// Of rooms where everybody sends: how many were carried at once, and who was in them, all rooms together.
        package var rooms: Int?
        package var participants: Int?
        /// The run at that load.
        package var carried: Measurement?
        /// Why the next load was not carried; none where the search ended without missing any.
        package var missed: String?
        /// The generator did not keep up with the next load, or others had the server's core: it may carry more.
        package var isLowerBound: Bool?

        package init(peer: String, viewers: Int, packetsPerSecondOut: Int, loadAverage: Double) {
            self.peer = peer
            self.viewers = viewers
            self.packetsPerSecondOut = packetsPerSecondOut
            self.loadAverage = loadAverage
        }
    }

    package var kind: Kind
    /// What was offered: cm, gcm or default.
    package var profiles: String
    /// Arguments that make these figures again.
    package var command: String
    package var machine: Machine
    package var versions: [String: String]
    package var medians: [Measurement]
    /// The highest loads that were carried: of `capacity` by packets, of `conference` and `audio` by rooms.
    package var capacities: [Capacity]?
    /// At a share of each server's own capacity, the server and a reflector at the same rate: of each the run with the median p99.
    package var shares: [Measurement]?
    package var runs: [Measurement]

    package init(
        _ kind: Kind, profiles: String, command: String, machine: Machine, versions: [String: String], runs: [Measurement],
        capacities: [Capacity]? = nil, shares: [Measurement]? = nil
    ) {
        self.kind = kind
        self.profiles = profiles
        self.command = command
        self.machine = machine
        self.versions = versions
        self.runs = runs
        self.capacities = capacities
        self.shares = shares.map { Self.medians(of: $0, by: \.delayP99) }
        // The runs of a search are each at a load of their own.
        medians = []
        if !isSearch { medians = Self.medians(of: runs) }
    }

    /// Whether loads grew until they were missed.
    package var isSearch: Bool { kind == .capacity || capacities?.isEmpty == false }

    /// Of each peer and load the run with the median cost, or of another figure.
    package static func medians(
        of runs: [Measurement], by figure: KeyPath<Measurement, Double> = \.microsecondsPerPacket
    ) -> [Measurement] {
        var rows: [String: [Measurement]] = [:]
        var order: [String] = []
        for run in runs {
            let key = "\(run.load) \(run.peer)"
            if rows[key] == nil { order.append(key) }
            rows[key, default: []].append(run)
        }
        return order.compactMap { key in
            let sorted = (rows[key] ?? []).sorted { $0[keyPath: figure] < $1[keyPath: figure] }
            return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
        }
    }
}
