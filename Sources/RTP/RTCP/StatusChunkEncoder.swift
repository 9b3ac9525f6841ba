/// Packs packet statuses into as few `StatusChunk`s as one look ahead allows.
///
/// Statuses are held back while they may still become a longer run or a fuller vector: up to 14 as they are, beyond that only as a run.
/// A status that the held ones cannot take in pushes out one chunk.
struct StatusChunkEncoder {
    /// The first 14 held symbols, two bits each, the first one lowest.
    private var symbols: UInt32 = 0
    private var held = 0
    /// All held symbols are the same.
    private var isUniform = true
    /// One of them is 2, so that a vector needs two bits each.
    private var hasLarge = false

    init() {}

    /// Takes in the next symbol, 0…2; answers the chunk that it pushed out, if any.
    mutating func add(_ symbol: UInt8) -> StatusChunk? {
        let pushedOut = canHold(symbol) ? nil : pushOut()
        hold(symbol)
        return pushedOut
    }

    /// The last chunk, for everything still held; `nil` when nothing is.
    func finished() -> StatusChunk? {
        if held == 0 { return nil }
        if isUniform { return .run(of: symbol(at: 0), count: held) }
        return hasLarge ? twoBitVector() : oneBitVector()
    }

    private func canHold(_ symbol: UInt8) -> Bool {
        if held < 7 { return true }
        if isUniform, symbol == self.symbol(at: 0), held < StatusChunk.longestRun { return true }
        return held < 14 && !hasLarge && symbol != 2
    }

    private mutating func hold(_ symbol: UInt8) {
        if held == 0 { isUniform = true }
        isUniform = isUniform && (held == 0 || symbol == self.symbol(at: 0))
        hasLarge = hasLarge || symbol == 2
        if held < 14 { symbols |= UInt32(symbol) << UInt32(2 * held) }
        held += 1
    }

    /// Called when at least seven are held.
    private mutating func pushOut() -> StatusChunk {
        if isUniform || held == 14 {
            let chunk = isUniform ? StatusChunk.run(of: symbol(at: 0), count: held) : oneBitVector()
            self = StatusChunkEncoder()
            return chunk
        }
        let chunk = twoBitVector()
        var rest = StatusChunkEncoder()
        for index in 7..<held { rest.hold(symbol(at: index)) }
        self = rest
        return chunk
    }

    private func symbol(at index: Int) -> UInt8 { UInt8(truncatingIfNeeded: symbols >> UInt32(2 * index) & 3) }

    private func oneBitVector() -> StatusChunk {
        var bits: UInt16 = 0x8000
        for index in 0..<min(held, 14) { bits |= UInt16(symbol(at: index) & 1) << UInt16(13 - index) }
        return StatusChunk(rawValue: bits)
    }

    private func twoBitVector() -> StatusChunk {
        var bits: UInt16 = 0xC000
        for index in 0..<min(held, 7) { bits |= UInt16(symbol(at: index)) << UInt16(12 - 2 * index) }
        return StatusChunk(rawValue: bits)
    }
}
