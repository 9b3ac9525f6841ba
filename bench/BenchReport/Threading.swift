/// How a server's media threads shared the work of rooms.
package struct Threading: Codable, Equatable, Sendable {
    /// Media threads, all on one core.
    package var workers: Int
    /// Of the media threads' CPU time each one's share.
    package var cpuShares: [Double]

    package init(workers: Int, cpuShares: [Double]) {
        self.workers = workers
        self.cpuShares = cpuShares
    }

    /// Behind the row of its measurement.
    package var row: String { "  \(workers) workers, CPU " + cpuShares.map { ($0 * 100).fixed(0) + " %" }.joined(separator: " ") }
}
