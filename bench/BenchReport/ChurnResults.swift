/// bench/results/churn.json: many joins and leaves through one server.
package struct ChurnResults: Codable, Sendable {
    package var machine: Machine
    package var command: String
    package var server: String
    package var joins = 0
    /// Why joins failed, and how many.
    package var failures: [String: Int] = [:]
    package var seconds = 0.0
    /// Rooms and their size.
    package var rooms = 0
    package var people = 0
    package var atOnce = 0
    /// How long somebody stays once connected.
    package var stayMilliseconds = 0
    package var readyMilliseconds = Quantiles()
    package var connectedMilliseconds = Quantiles()
    package var packetsSent: UInt64 = 0
    package var packetsReceived: UInt64 = 0
    /// Packets that were not what was sent.
    package var packetsBad: UInt64 = 0
    package var serverMicrosecondsPerJoin = 0.0
    package var serverCPU = 0.0
    package var generatorCPU = 0.0
    /// Before the first join, everybody on the main gateway; and when the last visit had been over for a while.
    package var before: ProcessSample?
    package var after: ProcessSample?
    package var trend: GrowthTrend { GrowthTrend(samples) }
    package var samples: [ProcessSample]
    package var loadAverage = 0.0

    package init(machine: Machine, command: String, server: String, samples: [ProcessSample]) {
        (self.machine, self.command, self.server, self.samples) = (machine, command, server, samples)
    }

    package var joinsPerSecond: Double { seconds > 0 ? Double(joins) / seconds : 0 }
}

/// Of a delay, in the unit that its name tells.
package struct Quantiles: Codable, Equatable, Sendable {
    package var p50 = 0.0
    package var p99 = 0.0
    package var longest = 0.0

    package init(p50: Double = 0, p99: Double = 0, longest: Double = 0) {
        (self.p50, self.p99, self.longest) = (p50, p99, longest)
    }
}
