/// The yardstick: a fixed piece of work that what we measure is divided by, so that the figure holds on another machine of the same kind.
///
/// One step is integer arithmetic, a dependent load and store in 128 KiB (more than the first cache, less than the second), a branch nobody
/// can predict, and in each eighth step a copy of 1,200 bytes: about what a packet path is made of. It must never change, or all accepted ratios
/// lose their meaning.
public final class ReferenceLoop {
    private static let words = 1 << 14
    private static let blockBytes = 1200
    private static let blocks = 32

    private let table: UnsafeMutablePointer<UInt64>
    private let block: UnsafeMutableRawPointer
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    public init() {
        table = .allocate(capacity: Self.words)
        for index in 0..<Self.words { (table + index).initialize(to: UInt64(index) &* 0xBF58_476D_1CE4_E5B9) }
        block = .allocate(byteCount: (Self.blocks + 1) * Self.blockBytes, alignment: 4096)
        block.initializeMemory(as: UInt8.self, repeating: 1, count: (Self.blocks + 1) * Self.blockBytes)
    }

    deinit {
        table.deallocate()
        block.deallocate()
    }

    /// - Returns: something made of every step, which the caller must use.
    @inline(never)
    public func run(_ steps: Int) -> UInt64 {
        var x = state
        for step in 0..<steps {
            // Marsaglia's xorshift.
            x ^= x << 13
            x ^= x >> 7
            x ^= x << 17
            let index = Int(truncatingIfNeeded: x) & (Self.words - 1)
            var value = table[index]
            if value & 0x10 == 0 { value = value &* 0x94D0_49BB_1331_11EB } else { value ^= x }
            table[index] = value &+ 1
            x = x &+ value
            if step & 7 == 0 {
                let from = 1 + (Int(truncatingIfNeeded: value) & (Self.blocks - 1))
                block.copyMemory(from: block + from * Self.blockBytes, byteCount: Self.blockBytes)
                x ^= block.load(as: UInt64.self)
            }
        }
        state = x | 1
        return x
    }
}
