/// How a server carries many: its media threads, and its memory before and after viewers came.
package struct Audience: Codable, Equatable, Sendable {
    /// Media threads, all on one core.
    package var workers: Int
    /// Viewers that each of them was given, by the port that the answer named; empty where ports do not tell.
    package var viewersByWorker: [Int]
    /// Of the media threads' CPU time each one's share.
    package var cpuShares: [Double]
    /// VmRSS before anybody came, when the publishers sent, and with all viewers.
    package var idleKiB: Int
    package var publishedKiB: Int
    package var watchedKiB: Int
    /// Streams that are published.
    package var layers: Int
    package var viewers: Int

    package init(
        workers: Int, viewersByWorker: [Int], cpuShares: [Double], idleKiB: Int, publishedKiB: Int, watchedKiB: Int, layers: Int,
        viewers: Int
    ) {
        self.workers = workers
        self.viewersByWorker = viewersByWorker
        self.cpuShares = cpuShares
        self.idleKiB = idleKiB
        self.publishedKiB = publishedKiB
        self.watchedKiB = watchedKiB
        self.layers = layers
        self.viewers = viewers
    }

    package var kibPerSubscriber: Double { Double(watchedKiB - publishedKiB) / Double(max(1, viewers)) }
    package var kibPerLayer: Double { Double(publishedKiB - idleKiB) / Double(max(1, layers)) }

    /// Behind the row of its measurement.
    package var row: String {
        let memory = "  KiB a viewer \(kibPerSubscriber.fixed(1)) a layer \(kibPerLayer.fixed(0)) idle \(idleKiB)"
        guard workers > 1 else { return memory }
        let shares = cpuShares.map { ($0 * 100).fixed(0) + " %" }.joined(separator: " ")
        return memory + "  workers' viewers \(viewersByWorker.map(String.init).joined(separator: "+")), CPU \(shares)"
    }
}
