import RTP

/// How many packets should have arrived, by the sequence numbers of each stream. No allocation once its streams are known.
struct SequenceTracker {
    /// Streams that one endpoint receives at most; more are not tracked.
    static let capacity = 64

    private struct Stream {
        var ssrc: UInt32
        var highest: UInt16
    }

    private var streams: ContiguousArray<Stream> = []

    /// - Returns: how many packets more should have come than was known before this one: 0 for a late one, 2 after a gap of one.
    mutating func received(_ sequence: UInt16, ssrc: UInt32) -> UInt64 {
        for index in streams.indices where streams[index].ssrc == ssrc {
            let distance = Int16(bitPattern: sequence &- streams[index].highest)
            guard distance > 0 else { return 0 }
            streams[index].highest = sequence
            return UInt64(distance)
        }
        guard streams.count < Self.capacity else { return 1 }
        streams.append(Stream(ssrc: ssrc, highest: sequence))
        return 1
    }
}
