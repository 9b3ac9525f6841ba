/// Packets that came together: kept for a moment, and handed on before anything else happens.
extension MediaCore {
    /// Whether the packets that wait are this publisher's, or there are none.
    @inline(__always)
    func isBurst(of publisher: Publisher) -> Bool { burst.encoding.map { $0.receiver.publisher === publisher } ?? true }

    /// Keeps a packet for those that come with it.
    @inline(__always)
    func addToBurst(_ packet: StoredPacket, of encoding: Encoding) {
        if !burst.takes(encoding, at: now) { handOnBurst() }
        burst.append(packet, of: encoding, at: now)
        wake(at: now)
    }

    /// Hands on what waits. Everything that is no packet of the same publisher begins with this.
    @inline(__always)
    func handOnBurst() {
        guard let encoding = burst.encoding else { return }
        let packets = burst.packets
        burst.removeAll()
        encoding.receiver.handOn(packets, of: encoding, at: burst.arrival)
    }
}
