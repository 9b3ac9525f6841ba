/// What the receive thread takes the time of. Only for that thread; see `Receiver.perform`.
public final class DelayRecords {
    /// From the generator's send to its receive, of packets that were sampled.
    public let delays: LatencyHistogram
    /// From a gap to what filled it, of packets that were asked for again.
    public let repairs: LatencyHistogram

    /// - Parameter delays: to be recorded in, where others do as well.
    init(delays: LatencyHistogram = LatencyHistogram()) {
        self.delays = delays
        repairs = LatencyHistogram()
    }

    public func removeAll() {
        delays.removeAll()
        repairs.removeAll()
    }
}
