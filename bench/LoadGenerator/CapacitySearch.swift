/// Finds the highest rate that is carried: up by a quarter until one is not, then twice into the middle of what is left.
public struct CapacitySearch: Sendable {
    private static let bisections = 2
    /// Steps up at most: a factor of 86 over the start.
    private static let climbs = 20

    /// The highest rate that was carried; 0 if none was.
    public private(set) var carried = 0
    private var refused: Int?
    private var candidate: Int
    private var steps = 0
    private var halves = 0

    public init(start: Int) { candidate = max(1, start) }

    /// The rate to try; `nil` when the search is over.
    public var next: Int? {
        if refused == nil { return steps < Self.climbs ? candidate : nil }
        return halves < Self.bisections && carried > 0 && candidate > carried ? candidate : nil
    }

    public mutating func tried(isCarried: Bool) {
        if refused == nil { steps += 1 } else { halves += 1 }
        if isCarried { carried = max(carried, candidate) } else { refused = min(refused ?? .max, candidate) }
        candidate = refused.map { (carried + $0) / 2 } ?? candidate + max(1, candidate / 4)
    }
}
