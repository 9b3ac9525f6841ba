import RTP

extension Encoding {
    /// What we report about this stream (RFC 3550 §6.4.1); begins the next interval.
    func report(at now: Instant) -> ReportBlock {
        var block = ReportBlock(ssrc: ssrc ?? SSRC(0))
        block.fractionLost = statistics.takeFractionLost()
        block.cumulativeLost = statistics.cumulativeLost
        block.highestSequenceNumber = UInt32(truncatingIfNeeded: statistics.highest &- (1 << 16))
        block.jitterTicks = statistics.jitterTicks
        if let reportedTime {
            block.lastSenderReport = reportedTime.ntp.middle32
            block.delaySinceLastSenderReport = NTPTime.shortFormat(now - reportedTime.arrival)
        }
        return block
    }
}
