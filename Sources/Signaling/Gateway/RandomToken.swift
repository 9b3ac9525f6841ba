/// Names that nobody can guess: session ids, voice tokens.
enum RandomToken {
    /// 128 random bits from the system's generator, in hexadecimal.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return [generator.next(), generator.next()].map { (word: UInt64) in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
