/// Packets that came together: kept for a moment, and handed on before anything else happens.
extension MediaCore {
    /// What came last is of a frame of which more is to come, as far as is known: whoever reads on meets it, and it leaves with the rest.
    public var isWithinFrame: Bool {
        guard let last = burst.packets.last, burst.encoding?.receiver.kind == .video else { return false }
        return !last.traits.contains(.marker)
    }

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
