/// Which packets of one path are lost: each by itself with the same chance, and the same ones in every run with the same seed.
public struct LossPattern: Sendable {
    private var state: UInt64
    /// Of 2^53; 0 loses nothing.
    private let threshold: UInt64

    /// - Parameters:
    ///   - percent: 0…100.
    ///   - seed: of one path; neighbouring seeds have nothing to do with each other.
    public init(percent: Double, seed: UInt64) {
        threshold = UInt64(min(max(percent, 0), 100) / 100 * Double(1 << 53))
        state = seed
    }

    /// Nothing is lost.
    public static let none = LossPattern(percent: 0, seed: 0)

    /// Whether the next packet is.
    @inline(__always)
    public mutating func isLost() -> Bool {
        guard threshold > 0 else { return false }
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return (z ^ (z >> 31)) >> 11 < threshold
    }
}
