/// One server's way to the highest load that it carries. A load that is missed is tried once more before it is given up: what others do on the machine in one
/// moment is not the server's limit.
package struct CapacityClimb {
    private static let tries = 2

    private var search: CapacitySearch
    /// All of them, in the order in which they were made.
    package private(set) var runs: [Measurement] = []
    /// The run at the highest load that was carried.
    package private(set) var best: Measurement?
    /// Why the lowest load that was missed was missed: the server's reason, if it had one in one of the tries.
    package private(set) var missed: String?
    /// Each time it was the generator that did not keep up with that load, or others had the server's core: the server may carry more.
    package private(set) var isLowerBound = false

    /// The highest load that was carried; 0 if none was.
    package var carried: Int { search.carried }

    /// - Parameter step: measures one load; an error misses it.
    package init(_ search: CapacitySearch, step: (Int) throws -> [Measurement]) {
        self.search = search
        while let load = self.search.next { self.search.tried(isCarried: attempt { try step(load) }) }
    }

    private mutating func attempt(_ step: () throws -> [Measurement]) -> Bool {
        var reasons: [(text: String, isOthers: Bool)] = []
        for _ in 0..<Self.tries {
            do {
                let measured = try step()
                runs += measured
                if let carried = measured.first(where: \.isCarried) {
                    best = carried
                    return true
                }
                reasons += measured.map { ($0.reasonMissed ?? "", $0.isMissedByOthers) }
            } catch { reasons.append(("\(error)", false)) }
        }
        // Loads that are missed follow each other downwards: the last one is the lowest.
        let reason = reasons.last { !$0.isOthers } ?? reasons.last
        (missed, isLowerBound) = (reason?.text, reason?.isOthers ?? false)
        return false
    }
}

extension Results.Capacity {
    /// Of rooms where everybody sends.
    /// - Parameters:
    ///   - people: of each room.
    ///   - climb: over the number of rooms.
    package init(peer: String, people: Int, _ climb: CapacityClimb, loadAverage: Double) {
        self.init(
            peer: peer, viewers: people, packetsPerSecondOut: Int(climb.best?.packetsPerSecondOut ?? 0), loadAverage: loadAverage)
        (rooms, participants) = (climb.carried, climb.carried * people)
        (carried, missed, isLowerBound) = (climb.best, climb.missed, climb.isLowerBound)
    }
}
