/// Sixteen bits of packet statuses in a `TransportFeedback` (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.2 to §3.1.4).
///
///     | 0 | symbol (2) |        run length (13)        |     run
///     | 1 | 0 |        14 symbols of one bit           |     vector: 0 not received, 1 small delta
///     | 1 | 1 |        7 symbols of two bits           |     vector
struct StatusChunk: Equatable, Sendable {
    static let longestRun = 0x1FFF

    var rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    static func run(of symbol: UInt8, count: Int) -> StatusChunk {
        precondition(count > 0 && count <= longestRun && symbol <= 3, "a run has 13 bits of length")
        return StatusChunk(rawValue: UInt16(symbol) << 13 | UInt16(count))
    }

    var isRun: Bool { rawValue & 0x8000 == 0 }
    private var isTwoBit: Bool { rawValue & 0x4000 != 0 }

    /// How many statuses the chunk holds; only a run can hold none.
    var count: Int {
        if isRun { return Int(rawValue & 0x1FFF) }
        return isTwoBit ? 7 : 14
    }

    /// The symbol at `index`, 0..<`count`.
    func symbol(at index: Int) -> UInt8 {
        if isRun { return UInt8(truncatingIfNeeded: rawValue >> 13 & 3) }
        if isTwoBit { return UInt8(truncatingIfNeeded: rawValue >> UInt16(12 - 2 * index) & 3) }
        return UInt8(truncatingIfNeeded: rawValue >> UInt16(13 - index) & 1)
    }

    /// Bytes of delta that the first `count` statuses have in the message; `nil` if one of them is the reserved symbol.
    func deltaBytes(ofFirst count: Int) -> Int? {
        if isRun {
            let symbol = Int(symbol(at: 0))
            return symbol == 3 ? nil : symbol * count
        }
        var total = 0
        for index in 0..<count {
            let symbol = Int(symbol(at: index))
            if symbol == 3 { return nil }
            total += symbol
        }
        return total
    }
}
