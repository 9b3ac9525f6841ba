/// Seeded randomness (SplitMix64). Everything random in a simulated room is drawn from a source that the seed fixes.
///
/// A source is split, never shared: a link and a peer each own a `forked` one, so that adding a draw in one place does not move the
/// draws of another, and a room next door does not change this one.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// A new source that depends on this one's seed and on the label, and on nothing drawn from either.
    package func forked(_ label: UInt64) -> RandomSource {
        var mixer = RandomSource(seed: state ^ (label &+ 1) &* 0xD6E8_FEB8_6659_FD93)
        return RandomSource(seed: mixer.next())
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in [0, 1), with 53 bits.
    package mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// `true` with the given probability. Draws once whatever the probability, so changing a rate does not shift later draws.
    package mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// Uniform in the closed range.
    package mutating func integer(in range: ClosedRange<Int>) -> Int {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int(next() % width)
    }

    /// Bell-shaped with mean 0 and standard deviation 1, within ±6 (the sum of twelve uniform draws).
    package mutating func bell() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
