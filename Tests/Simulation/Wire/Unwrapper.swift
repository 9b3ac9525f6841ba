/// Continues a wrapping counter of `bits` bits as an Int: each value is taken as the one nearest to the last.
package struct Unwrapper: Sendable {
    private let modulus: Int
    package private(set) var last: Int?

    package init(bits: Int) {
        modulus = 1 << bits
    }

    package mutating func unwrap(_ value: UInt32) -> Int {
        let extended = peek(value)
        last = max(last ?? extended, extended)
        return extended
    }

    /// The same without moving on.
    package func peek(_ value: UInt32) -> Int {
        let value = Int(value)
        guard let last else { return value }
        var distance = (value - last) % modulus
        if distance < 0 { distance += modulus }
        return distance < modulus / 2 ? last + distance : last + distance - modulus
    }
}
