import Synchronization

/// One worker's counters. Written by that worker's thread only, read by any: a relaxed store each, no lock and no read-modify-write.
public final class Counters: @unchecked Sendable {
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>

    public init() {
        cells = .allocate(capacity: Counter.allCases.count)
        for index in 0..<Counter.allCases.count { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: Counter.allCases.count)
        cells.deallocate()
    }

    @inline(__always)
    public func add(_ counter: Counter, _ amount: Int = 1) {
        let cell = cells + counter.rawValue
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ UInt64(truncatingIfNeeded: amount), ordering: .relaxed)
    }

    public subscript(_ counter: Counter) -> UInt64 { cells[counter.rawValue].load(ordering: .relaxed) }

    /// All counters that are not zero.
    public var snapshot: [Counter: UInt64] {
        Dictionary(uniqueKeysWithValues: Counter.allCases.map { ($0, self[$0]) }.filter { $0.1 > 0 })
    }
}
