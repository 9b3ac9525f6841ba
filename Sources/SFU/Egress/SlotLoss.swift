import RTP

/// What the receiver's reports say about one slot.
struct SlotLoss {
    private(set) var cumulative: Int32 = 0
    /// Of the last report, 0…255.
    private(set) var fraction: UInt8 = 0
    private(set) var hasReport = false
    private var highest: UInt32 = 0

    /// - Returns: how many packets the report is newly about, and how many of them were lost.
    mutating func reportReceived(_ block: ReportBlock) -> (expected: Int, lost: Int) {
        defer {
            cumulative = block.cumulativeLost
            highest = block.highestSequenceNumber
            fraction = block.fractionLost
            hasReport = true
        }
        guard hasReport else { return (0, 0) }
        let expected = Int(Int32(bitPattern: block.highestSequenceNumber &- highest))
        guard expected > 0, expected < 1 << 16 else { return (0, 0) }
        return (expected, Int(block.fractionLost) * expected / 256)
    }
}
