/// Text of descriptions, cut by bytes. `Character` is never used: a combining accent must not swallow a separator.
extension String {
    /// Fields between single separators; runs of separators count as one, as browsers read them.
    func fields(separatedBy separator: UInt8 = UInt8(ascii: " "), maxSplits: Int = .max) -> [String] {
        utf8.split(separator: separator, maxSplits: maxSplits, omittingEmptySubsequences: true).map { String(Substring($0)) }
    }

    /// The text before the first separator and what follows it; `nil` where there is no separator.
    func cut(at separator: UInt8) -> (head: String, tail: String)? {
        guard let index = utf8.firstIndex(of: separator) else { return nil }
        return (String(self[..<index]), String(self[utf8.index(after: index)...]))
    }

    /// Digits only: no sign, no blank, no overflow.
    func decimal<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
        guard !isEmpty, utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Number(self, radix: 10)
    }

    /// RFC 8866 §9 `token`.
    var isToken: Bool {
        !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Self.nonTokens.contains($0) }
    }

    private static let nonTokens: Set<UInt8> = Set("\"(),/:;<=>?@[\\]".utf8)

    /// ASCII letters made small; SDP names of codecs and profiles are compared without case (RFC 8866 §6.6).
    var asciiLowercased: String {
        String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
