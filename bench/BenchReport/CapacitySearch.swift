/// Finds the highest load that is carried: up by a quarter, but at least one, until one is not, then twice into the middle of what is left. Where not even the
/// first is carried it goes down by halves until one is.
package struct CapacitySearch: Sendable {
    private static let bisections = 2
    /// Steps up at most: a factor of 86 over the start.
    private static let climbs = 20

    /// The highest load that was carried; 0 if none was.
    package private(set) var carried = 0
    /// The lowest load that was not.
    package private(set) var refused: Int?
    private let least: Int
    private var candidate: Int
    private var steps = 0
    private var halves = 0

    /// - Parameters:
    ///   - start: tried first.
    ///   - least: below this nothing is tried.
    package init(start: Int, least: Int = 1) {
        self.least = max(1, least)
        candidate = max(self.least, start)
    }

    /// The load to try; `nil` when the search is over.
    package var next: Int? {
        guard let refused else { return steps < Self.climbs ? candidate : nil }
        if carried == 0 { return candidate < refused ? candidate : nil }
        return halves < Self.bisections && candidate > carried ? candidate : nil
    }

    package mutating func tried(isCarried: Bool) {
        // Up and down it climbs; between a load that is carried and one that is not it halves.
        if carried > 0, refused != nil { halves += 1 } else { steps += 1 }
        if isCarried { carried = max(carried, candidate) } else { refused = min(refused ?? .max, candidate) }
        guard let refused else { return candidate += max(1, candidate / 4) }
        candidate = carried > 0 ? (carried + refused) / 2 : max(least, candidate / 2)
    }
}
