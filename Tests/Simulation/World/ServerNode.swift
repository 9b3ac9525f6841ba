import RTP
import SFU

/// One media core in the world: what a worker is to it in life.
package final class ServerNode {
    package let index: Int
    package let core: MediaCore
    private var outbox = Outbox()
    private let local: LocalAddress
    private let keySeed: UInt64
    private var isTouched = false
    private var incoming: [Int: RelayRing] = [:]
    private var outgoing: [(node: Int, ring: RelayRing, known: UInt64)] = []

    /// More than this many fillings of the outbox at one instant mean that the core does not come to rest.
    private static let fillings = 64

    init(index: Int, seed: UInt64, at now: Instant) {
        self.index = index
        keySeed = seed
        guard let local = LocalAddress("10.0.0.\(index + 1)") else { preconditionFailure("the server's address is not one") }
        self.local = local
        var configuration = MediaCoreConfiguration.simulated(seed: seed)
        configuration.worker = index
        World.traits.apply(to: &configuration)
        core = MediaCore(configuration: configuration, at: now)
    }

    /// Lets rooms span both.
    func connect(to other: ServerNode) {
        let ring = RelayRing(capacity: 1 << 20)
        core.connect(ring, to: other.index)
        outgoing.append((other.index, ring, 0))
        other.incoming[index] = ring
    }

    /// For whom records were written since the last call, and how many.
    func takeWritten() -> [(node: Int, count: Int)] {
        guard core.takeWrittenRelays() != 0 else { return [] }
        var written: [(node: Int, count: Int)] = []
        for index in outgoing.indices where outgoing[index].ring.recordsWritten > outgoing[index].known {
            written.append((outgoing[index].node, Int(outgoing[index].ring.recordsWritten - outgoing[index].known)))
            outgoing[index].known = outgoing[index].ring.recordsWritten
        }
        return written
    }

    func receiveRecords(_ count: Int, from node: Int, at now: Instant, losing isLost: () -> Bool) {
        isTouched = true
        incoming[node]?.read(limit: count) { record in
            if !isLost() { core.receiveRelayed(record, from: node, at: now, into: &outbox) }
        }
    }

    /// The SRTP keys of a peer, on both sides.
    package func keys(of peer: PeerID) -> SRTPKeyingMaterial {
        SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: keySeed &+ peer.rawValue)
    }

    var nextDeadline: Instant? { core.nextDeadline }

    func needsAdvance(at now: Instant) -> Bool {
        isTouched || (core.nextDeadline.map { $0 <= now } ?? false)
    }

    func receive(_ datagram: [UInt8], from: SocketAddress, at now: Instant) {
        isTouched = true
        var copy = datagram
        copy.withUnsafeMutableBytes { core.receive($0, from: from, to: local, at: now, into: &outbox) }
    }

    func handle(_ command: Command, at now: Instant) {
        isTouched = true
        core.handle(command, at: now, into: &outbox)
    }

    /// Lets the core do what is due, and hands out what it sends.
    func advance(to now: Instant, _ send: (SocketAddress, [UInt8]) -> Void) {
        isTouched = false
        for _ in 0..<Self.fillings {
            core.advance(to: now, into: &outbox)
            let wasFull = outbox.isFull
            outbox.forEachDatagram { to, _, bytes in send(to, Array(bytes)) }
            outbox.removeDatagrams()
            guard wasFull else { return }
        }
    }

    func takeEvents() -> [Event] {
        defer { outbox.events.removeAll() }
        return outbox.events
    }
}
