/// bench/results/scale-*.json: what the server costs as one thing grows and everything else stays.
package struct ScaleCurve: Codable, Sendable {
    package struct Point: Codable, Equatable, Sendable {
        package var x: Double
        /// Which line it belongs to.
        package var series: String
        package var peer: String
        /// Share of one core.
        package var serverCPU: Double
        package var microsecondsPerPacket: Double
        package var residentKiB: Int
        package var packetsPerSecondIn: Int
        package var packetsPerSecondOut: Double
        package var deliveryRatio: Double
        /// From the generator's send to its receive, in µs.
        package var delayP99: Double
        package var threads: Int
        package var loadAverage: Double

        package init(x: Double, series: String, _ run: Measurement) {
            (self.x, self.series, peer) = (x, series, run.peer)
            (serverCPU, microsecondsPerPacket, residentKiB) = (run.serverCPU, run.microsecondsPerPacket, run.residentKiB)
            (packetsPerSecondIn, packetsPerSecondOut) = (run.packetsPerSecondIn, run.packetsPerSecondOut)
            (deliveryRatio, delayP99, threads) = (run.deliveryRatio, run.delayP99, run.threads)
            loadAverage = run.loadAverage ?? 0
        }
    }

    package var title: String
    /// What stays the same.
    package var fixed: String
    /// What grows, with its unit: "participants", "Mbit/s of the stream".
    package var variable: String
    /// One more of it, where memory grows in proportion: "a further camera".
    package var step: String?
    package var machine: Machine
    package var command: String
    package var points: [Point]

    package init(
        title: String, fixed: String, variable: String, step: String? = nil, machine: Machine, command: String, points: [Point] = []
    ) {
        (self.title, self.fixed, self.variable, self.step) = (title, fixed, variable, step)
        (self.machine, self.command, self.points) = (machine, command, points)
    }

    /// Names of the lines, in the order of the points.
    package var series: [String] {
        points.reduce(into: []) { names, point in if !names.contains(point.series) { names.append(point.series) } }
    }
}
