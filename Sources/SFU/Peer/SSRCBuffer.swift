import RTP

/// Up to 32 SSRCs without an allocation.
struct SSRCBuffer: Collection {
    private var values = InlineArray<32, SSRC>(repeating: SSRC(0))
    private(set) var count = 0
    var startIndex: Int { 0 }
    var endIndex: Int { count }
    func index(after i: Int) -> Int { i + 1 }
    subscript(position: Int) -> SSRC { values[position] }

    mutating func append(_ ssrc: SSRC) {
        guard count < 32 else { return }
        values[count] = ssrc
        count += 1
    }
}
