/// bench/results/soak.json: rooms that live for a long time, with people who come and go.
package struct SoakResults: Codable, Sendable {
    /// Some seconds of it.
    package struct Interval: Codable, Equatable, Sendable {
        /// Since the load began.
        package var seconds: Double
        package var serverCPU = 0.0
        package var packetsPerSecondIn = 0.0
        package var packetsPerSecondOut = 0.0
        /// Gaps in what people received, by sequence numbers.
        package var missing: UInt64 = 0
        /// From send to receive.
        package var delayMilliseconds = Quantiles()
        package var inVoice = 0
        package var loadAverage = 0.0

        package init(seconds: Double) { self.seconds = seconds }
    }

    package var machine: Machine
    package var command: String
    package var server: String
    package var minutes = 0.0
    package var audioRooms = 0
    package var videoRooms = 0
    package var joins = 0
    package var reads = 0
    package var gatewaySockets = 0
    package var failures: [String: Int] = [:]
    /// Datagrams that the kernel threw away at the server's sockets.
    package var socketDrops: UInt64 = 0
    package var packetsReceived: UInt64 = 0
    package var packetsMissing: UInt64 = 0
    package var packetsBad: UInt64 = 0
    package var trend: GrowthTrend { GrowthTrend(samples) }
    package var samples: [ProcessSample]
    package var intervals: [Interval]

    package init(machine: Machine, command: String, server: String, samples: [ProcessSample], intervals: [Interval]) {
        (self.machine, self.command, self.server) = (machine, command, server)
        (self.samples, self.intervals) = (samples, intervals)
    }

    package var longestP99: Double { intervals.map(\.delayMilliseconds.p99).max() ?? 0 }
    package var meanCPU: Double { intervals.isEmpty ? 0 : intervals.reduce(0) { $0 + $1.serverCPU } / Double(intervals.count) }
}
