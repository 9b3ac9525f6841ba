import RTP

/// The ways out of one worker to the others, by their index.
final class RelayLinks {
    private var rings: [RelayRing?] = []
    private let counters: Counters
    /// Bit per worker that was written to since `takeWritten`.
    private var written: UInt64 = 0

    init(counters: Counters) { self.counters = counters }

    func connect(_ ring: RelayRing, to worker: Int) {
        precondition((0..<MediaServerConfiguration.maximumWorkers).contains(worker), "a worker that cannot be")
        while rings.count <= worker { rings.append(nil) }
        rings[worker] = ring
    }

    /// Whom the records since the last call are for: bit per worker.
    func takeWritten() -> UInt64 {
        defer { written = 0 }
        return written
    }

    func send(_ message: RelayMessage, to worker: Int) {
        guard let ring = ring(to: worker) else { return }
        var fits = true
        let hasRoom = ring.write(limit: RelayRing.maximumRecord, isUrgent: true) { bytes in
            let count = message.write(to: bytes)
            fits = count > 0
            return count
        }
        note(hasRoom && fits, worker)
    }

    /// The packet path's way: without a message in between that would hold the bytes.
    func send(_ packet: RelayedPacket, to worker: Int) {
        guard let ring = ring(to: worker) else { return }
        let hasRoom = ring.write(limit: min(RelayRing.maximumRecord, packet.bytes.count + RelayedPacket.overhead), isUrgent: false) {
            RelayMessage.packet(packet).write(to: $0)
        }
        note(hasRoom, worker)
    }

    private func ring(to worker: Int) -> RelayRing? { rings.indices.contains(worker) ? rings[worker] : nil }

    private func note(_ wasWritten: Bool, _ worker: Int) {
        if wasWritten { written |= 1 << UInt64(worker) } else { counters.add(.relayOverflow) }
    }
}
