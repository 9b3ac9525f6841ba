import RTP

/// Up to 31 report blocks without an allocation.
struct ReportBlockBuffer: Collection {
    private var blocks = InlineArray<31, ReportBlock>(repeating: ReportBlock(ssrc: SSRC(0)))
    private(set) var count = 0
    var startIndex: Int { 0 }
    var endIndex: Int { count }
    func index(after i: Int) -> Int { i + 1 }
    subscript(position: Int) -> ReportBlock { blocks[position] }

    mutating func append(_ block: ReportBlock) {
        guard count < 31 else { return }
        blocks[count] = block
        count += 1
    }
}
