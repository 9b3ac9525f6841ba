/// Delays in nanoseconds, counted in cells that grow with the value: 64 to each power of two, so that a quantile is right to 1.6 %.
///
/// One thread records; nothing is allocated after `init`. Reading from another thread while it records gives an approximate answer.
public final class LatencyHistogram {
    private static let bitsPerPower = 6
    /// Values of 2^40 ns (18 minutes) and more share the last cell.
    private static let powers = 40
    private static let cellCount = (powers - bitsPerPower + 1) << bitsPerPower
    private let cells: UnsafeMutablePointer<UInt64>
    public private(set) var count: UInt64 = 0

    public init() {
        cells = .allocate(capacity: Self.cellCount)
        cells.initialize(repeating: 0, count: Self.cellCount)
    }

    deinit { cells.deallocate() }

    /// - Parameter nanoseconds: negative values (clocks that disagree) count as 0.
    public func record(_ nanoseconds: Int64) {
        cells[Self.cell(of: UInt64(max(0, nanoseconds)))] &+= 1
        count &+= 1
    }

    public func removeAll() {
        cells.update(repeating: 0, count: Self.cellCount)
        count = 0
    }

    public func add(_ other: LatencyHistogram) {
        for index in 0..<Self.cellCount { cells[index] &+= other.cells[index] }
        count &+= other.count
    }

    /// The value in nanoseconds (the upper end of its cell) that this share of the values did not exceed.
    /// - Parameter share: 0.5 for the median.
    public func quantile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let rank = min(count - 1, UInt64(Double(count) * share))
        var seen: UInt64 = 0
        for index in 0..<Self.cellCount {
            seen += cells[index]
            if seen > rank { return Self.upperEnd(of: index) }
        }
        return nil
    }

    static func cell(of value: UInt64) -> Int {
        let power = 63 - (value | 1).leadingZeroBitCount
        guard power >= bitsPerPower else { return Int(value) }
        let shift = power - bitsPerPower
        // The leading one is implied by the row.
        let index = (shift + 1) << bitsPerPower + Int(value >> UInt64(shift)) - 1 << bitsPerPower
        return min(index, cellCount - 1)
    }

    static func upperEnd(of cell: Int) -> Int64 {
        let row = cell >> bitsPerPower
        let column = cell & (1 << bitsPerPower - 1)
        guard row > 0 else { return Int64(column) }
        return Int64((1 << bitsPerPower + column + 1) << (row - 1)) - 1
    }
}
