import RTP

/// What a media core is made with.
struct MediaCoreConfiguration: Sendable {
    /// Where transports get their SRTP keys from.
    var handshake: Handshake
    /// All randomness of the core comes from this.
    var randomSeed: UInt64
}

/// The media plane without input or output: told bytes, commands and the time, it answers with datagrams, events and the next deadline.
/// So far it connects peers; rooms come with the core helper's part, which replaces this file.
final class MediaCore {
    let counters = Counters()
    private let configuration: MediaCoreConfiguration
    private let ice: ICEAgentLite
    private var peers: [PeerID: Transport] = [:]
    private var byUfrag: [ICEUfrag: Transport] = [:]
    private var byAddress: [SocketAddress: Transport] = [:]
    private var connected: Set<PeerID> = []

    init(configuration: MediaCoreConfiguration, at: Instant) {
        self.configuration = configuration
        ice = ICEAgentLite(counters: counters)
    }

    func receive(
        _ bytes: UnsafeMutableRawBufferPointer, from: SocketAddress, to: LocalAddress, at now: Instant, into outbox: inout Outbox
    ) {
        switch PacketClass.classify(UnsafeRawBufferPointer(bytes)) {
        case .stun:
            let outcome = ice.receive(bytes, from: from, to: to, at: now, lookup: { byUfrag[$0] }, into: &outbox)
            if case .answered(let transport, _) = outcome { byAddress[from] = transport }
        case .dtls:
            guard let transport = byAddress[from] else { return counters.add(.unvalidatedSource) }
            transport.receiveDTLS(bytes, from: from, to: to, at: now, into: &outbox)
        case .rtp, .rtcp:
            counters.add(.unvalidatedSource)
        case .unknown:
            counters.add(.unknownProtocol)
        }
        report(&outbox)
    }

    func handle(_ command: Command, at now: Instant, into outbox: inout Outbox) {
        switch command {
        case .openPeer(let peer):
            let transport = Transport(
                local: peer.localICE, remoteFingerprint: peer.remoteFingerprint, handshake: configuration.handshake, counters: counters,
                at: now)
            peers[peer.id] = transport
            for ufrag in transport.ufrags { byUfrag[ufrag] = transport }
        case .closePeer(let id): close(id, .closed, &outbox)
        case .drain: for id in peers.keys.sorted() { close(id, .drained, &outbox) }
        default: break
        }
    }

    func advance(to now: Instant, into outbox: inout Outbox) {
        for id in peers.keys.sorted() { peers[id]?.advance(to: now, into: &outbox) }
        report(&outbox)
    }

    var nextDeadline: Instant? { peers.values.compactMap(\.nextDeadline).min() }

    private func close(_ id: PeerID, _ reason: DisconnectReason, _ outbox: inout Outbox) {
        guard let transport = peers.removeValue(forKey: id) else { return }
        transport.close(into: &outbox)
        outbox.events.append(.disconnected(id, reason))
    }

    private func report(_ outbox: inout Outbox) {
        for id in peers.keys.sorted() {
            switch peers[id]?.state {
            case .connected: if connected.insert(id).inserted { outbox.events.append(.connected(id)) }
            case .failed(let reason):
                peers[id] = nil
                outbox.events.append(.disconnected(id, reason))
            default: break
            }
        }
    }
}
