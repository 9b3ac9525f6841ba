/// One of our ICE user fragments, held inline as a dictionary key (RFC 8445 §5.3 allows 4…256 characters; ours are short).
struct ICEUfrag: Hashable, Sendable {
    static let maximumBytes = 32

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private(set) var count: Int

    /// - Returns: `nil` if it is empty or longer than `maximumBytes`, so not one of ours.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0, bytes.count <= Self.maximumBytes else { return nil }
        count = bytes.count
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    }

    init?(_ text: String) {
        var text = text
        guard let ufrag = text.withUTF8({ Self(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = ufrag
    }

    static func == (a: Self, b: Self) -> Bool { a.words == b.words && a.count == b.count }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
        hasher.combine(count)
    }
}
