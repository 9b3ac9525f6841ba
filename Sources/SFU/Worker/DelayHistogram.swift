import Synchronization

/// Delay inside the server: from the kernel's reception stamp of an RTP datagram to the return of the `sendmmsg` that ended its turn.
/// Kept only where the configuration asks for it. Written by the worker, read by any thread.
public final class DelayHistogram: @unchecked Sendable {
    /// One cell for each microsecond, the last for everything longer.
    static let cellCount = 20_001
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>

    public init() {
        cells = .allocate(capacity: Self.cellCount)
        for index in 0..<Self.cellCount { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: Self.cellCount)
        cells.deallocate()
    }

    public func add(nanoseconds: Int64) {
        let index = min(max(0, Int(nanoseconds / 1000)), Self.cellCount - 1)
        cells[index].store(cells[index].load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    public var count: UInt64 {
        var sum: UInt64 = 0
        for index in 0..<Self.cellCount { sum += cells[index].load(ordering: .relaxed) }
        return sum
    }

    /// The delay in microseconds that this share of the datagrams stayed below.
    /// - Parameter share: 0.5 for the median, 0.99 for p99.
    public func microseconds(quantile share: Double) -> Int? {
        let total = count
        guard total > 0 else { return nil }
        let rank = min(total - 1, UInt64(Double(total) * share))
        var seen: UInt64 = 0
        for index in 0..<Self.cellCount {
            seen += cells[index].load(ordering: .relaxed)
            if seen > rank { return index }
        }
        return Self.cellCount - 1
    }
}
