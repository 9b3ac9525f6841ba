import RTP

/// The media plane of one worker, without input or output: it is told bytes, commands and the time, and answers with datagrams, events and the
/// next deadline. It opens no socket and reads no clock, so a whole room runs in a simulation exactly as it runs here.
///
/// ```
/// datagram ─▶ address ─▶ PeerConnection ─▶ RTPReceiver ─▶ PacketStore          bytes are kept once
///                                              │ listeners
///                                              ▼
///                          RTPSender (slot) ─▶ Pacer of the listening peer      metadata only
///                                              │ advance
///                                              ▼
///                          PacketComposer ─▶ SRTP ─▶ Outbox                     one copy per receiver
/// ```
/// `receive` never sends media itself; `advance`, called at the end of each drain of the socket, lets the pacers go. Everything belongs to
/// one thread.
public final class MediaCore {
    /// What was dropped and why. Readable from any thread.
    public let counters = Counters()
    let stores = PacketStoreTable()
    /// The time of the present call.
    private(set) var now: Instant

    /// See `MediaCoreConfiguration`.
    let evensFrames: Bool
    private let regularGrain: Int64

    /// Nothing, unless the core is told that its thread has no time to spare.
    private(set) var audioHold = AudioHold()

    /// When the last packet of a picture came.
    private var lastVideo = Int64.min / 2

    /// The ways to the other workers.
    let links: RelayLinks
    /// Tracks of their clients.
    var relayed: [RelayedTrackID: RelayedPublisher] = [:]

    private let configuration: MediaCoreConfiguration
    private let ice: ICEAgentLite
    private(set) var rooms: [Room] = []
    /// In the order in which they came; iteration order is what reaches the wire.
    private(set) var peers: [PeerConnection] = [] { didSet { number() } }
    /// The peers' deadlines, in their order and side by side: a turn looks at all of them, and at few of the peers.
    private var places: [Place] = []
    private var byID: [PeerID: PeerConnection] = [:]
    private var byUfrag: [ICEUfrag: PeerConnection] = [:]
    private var byAddress: [SocketAddress: PeerConnection] = [:] { didSet { foresight.forget() } }
    private var foresight = Foresight()
    private var joins = 0
    private var events: [Event] = []
    private var earliest: Instant = .distantFuture
    /// Where the last `advance` stopped because the outbox was full; it goes on there, so that the last in line is served too.
    private var resumeAt = 0
    private var isDraining = false
    /// Packets that wait for those that come with them (`MediaCore+Burst`).
    var burst = Burst()

    public init(configuration: MediaCoreConfiguration, at now: Instant) {
        self.configuration = configuration
        evensFrames = configuration.evensFrames
        regularGrain = max(0, configuration.regularGrain)
        self.now = now
        links = RelayLinks(counters: counters)
        ice = ICEAgentLite(counters: counters)
    }

    // MARK: The calls

    /// Says what `receive` will be given soon, in that order, up to `Foresight.reach` datagrams ahead. Saves time and changes nothing else.
    public func foresee(_ bytes: UnsafeRawBufferPointer, from: SocketAddress) {
        guard let owner = byAddress[from] else { return }
        foresight.add(from: from, ssrc: RTPHeader.ssrc(of: bytes) ?? SSRC(0), owner: owner)
    }

    @inline(__always)
    private func owner(of address: SocketAddress) -> PeerConnection? {
        foresight.take(address)?.takeUnretainedValue() ?? byAddress[address]
    }

    /// Takes one datagram, changing its bytes.
    public func receive(
        _ bytes: UnsafeMutableRawBufferPointer, from: SocketAddress, to: LocalAddress, at time: Instant, into outbox: inout Outbox
    ) {
        let kind = PacketClass.classify(UnsafeRawBufferPointer(bytes))
        if kind != .rtp { handOnBurst() }
        now = time
        switch kind {
        case .rtp:
            guard let peer = owner(of: from) else { return counters.add(.unknownAddress) }
            if !isBurst(of: peer) { handOnBurst() }
            peer.receiveRTP(bytes, from: from, at: time)
        case .rtcp:
            guard let peer = owner(of: from) else { return counters.add(.unknownAddress) }
            peer.isDutyKnown = false
            peer.receiveRTCP(bytes, from: from, at: time)
        case .stun: receiveCheck(bytes, from: from, to: to, at: time, into: &outbox)
        case .dtls:
            guard let peer = byAddress[from] else { return counters.add(.unvalidatedSource) }
            peer.isDutyKnown = false
            peer.transport.receiveDTLS(bytes, from: from, to: to, at: time, into: &outbox)
            if let reason = peer.noteTransport() { end(peer, reason, into: &outbox) } else { peer.wake(at: time) }
        case .unknown: counters.add(.unknownProtocol)
        }
        publish(into: &outbox)
    }

    /// Obeys signalling. Commands about peers that are gone do nothing.
    public func handle(_ command: Command, at time: Instant, into outbox: inout Outbox) {
        handOnBurst()
        now = time
        switch command {
        case .openPeer(let parameters): open(parameters)
        case .updateSections(let id, let sections): byID[id].map { update($0, sections) }
        case .restartICE(let id, let local, _): byID[id].map { restartICE($0, local) }
        case .setRights(let id, let rights): byID[id].map { setRights($0, rights) }
        case .subscribe(let id, let wishes): byID[id].map { subscribe($0, wishes) }
        case .setAuto(let id, let isAuto):
            byID[id]?.isAuto = isAuto
            byID[id]?.adaptSoon(at: time)
        case .setInactive(let id, let sources):
            byID[id]?.inactive = sources
            byID[id]?.room?.evaluateRights(at: time)
        case .closePeer(let id): byID[id].map { end($0, .closed, into: &outbox) }
        case .requestStatistics(let id, let ticket): emit(.statistics(ticket: ticket, byID[id]?.statistics(at: time)))
        case .spanRoom(let id, let workers): span(id, workers)
        case .drain:
            isDraining = true
            while let peer = peers.last { end(peer, .drained, into: &outbox) }
        }
        settleRooms()
        publish(into: &outbox)
    }

    /// Does what is due at `time`, until it is done or the outbox is full.
    public func advance(to time: Instant, into outbox: inout Outbox) {
        handOnBurst()
        now = time
        settleRooms()
        earliest = .distantFuture
        advanceRooms()
        advancePeers(to: time, into: &outbox)
        publish(into: &outbox)
    }

    private func advancePeers(to time: Instant, into outbox: inout Outbox) {
        var index = resumeAt
        for _ in 0..<places.count {
            if places[index].deadline <= time {
                guard !outbox.isFull else {
                    resumeAt = index
                    earliest = time
                    return
                }
                prefetchPeers(behind: index, dueAt: time)
                let peer = places[index].peer
                if let reason = peer._withUnsafeGuaranteedRef({ $0.advance(to: time, into: &outbox) }) {
                    end(peer.takeUnretainedValue(), reason, into: &outbox)
                    earliest = time
                    break
                }
            }
            if places[index].deadline < earliest { earliest = places[index].deadline }
            index = index + 1 == places.count ? 0 : index + 1
        }
        if !outbox.isFull { resumeAt = 0 }
    }

    /// Those whose turn comes next are prepared during this one's.
    @inline(__always)
    private func prefetchPeers(behind place: Int, dueAt time: Instant) {
        for step in 1...PeerConnection.prefetchSteps {
            let next = place + 1 + PeerConnection.prefetchSteps - step
            guard next < places.count, places[next].deadline <= time else { continue }
            places[next].peer._withUnsafeGuaranteedRef { $0.prefetch(step: step) }
        }
    }

    /// The thread has waited for work so many nanoseconds, until `time`. Said once a turn, or never: then nothing is held together.
    public func noteWaited(_ nanoseconds: Int64, at time: Instant) { audioHold.noteWaited(nanoseconds, at: time.nanoseconds) }

    /// How long what has come may wait for what comes after it, in nanoseconds: not at all, but where voice is held and nothing else comes.
    /// Commands wait as long.
    public var arrivalHold: Int64 {
        audioHold.alone.nanoseconds > 0 && now.nanoseconds &- lastVideo >= Self.voiceAlone ? AudioHold.arrivals : 0
    }

    /// A packet of a picture has come.
    @inline(__always)
    func noteVideo() { lastVideo = now.nanoseconds }

    /// Without a packet of a picture for so long nothing but voice comes. The first of one that begins may wait for two milliseconds.
    private static let voiceAlone: Int64 = 1_000_000_000

    /// When `advance` has something to do; in the past when it stopped because the outbox was full.
    public var nextDeadline: Instant? { earliest == .distantFuture ? nil : earliest }

    /// One of the peers: when it has something to do, and where it is, without counting a reference.
    private struct Place {
        var deadline: Instant
        let peer: Unmanaged<PeerConnection>
    }

    // MARK: For the parts

    /// The time of the present call.
    func begin(at time: Instant) { now = time }

    /// When regular work that is due at `time` is done (`MediaCoreConfiguration.regularGrain`): never before.
    @inline(__always)
    func gathered(_ time: Instant) -> Instant {
        guard regularGrain > 0 else { return time }
        let beyond = time.nanoseconds % regularGrain
        return beyond == 0 ? time : time.advanced(byNanoseconds: beyond > 0 ? regularGrain - beyond : -beyond)
    }

    func peer(_ id: PeerID) -> PeerConnection? { byID[id] }

    func nextJoinOrder() -> Int {
        joins += 1
        return joins
    }

    func emit(_ event: Event) { events.append(event) }

    func wake(at time: Instant) {
        if time < earliest { earliest = time }
    }

    /// One of the peers will have something to do at `time`.
    @inline(__always)
    func noteDeadline(_ time: Instant, at place: Int) { places[place].deadline = time }

    private func number() {
        places = peers.map { Place(deadline: $0.deadline, peer: .passUnretained($0)) }
        for (place, peer) in peers.enumerated() { peer.place = place }
    }

    /// Our wall clock, as reports tell it.
    func ntp(at time: Instant) -> NTPTime {
        NTPTime(unixNanoseconds: configuration.unixEpochNanoseconds &+ time.nanoseconds)
    }

    /// A generator of each peer's own: what one room does never shows in another's numbers.
    func random(for peer: PeerID) -> SeededRandom {
        SeededRandom(seed: configuration.randomSeed ^ (peer.rawValue &* 0x9E37_79B9_7F4A_7C15))
    }

    // MARK: Peers

    private func receiveCheck(
        _ bytes: UnsafeMutableRawBufferPointer, from: SocketAddress, to: LocalAddress, at time: Instant, into outbox: inout Outbox
    ) {
        var found: PeerConnection?
        let outcome = ice.receive(
            bytes, from: from, to: to, at: time,
            lookup: { ufrag in
                found = byUfrag[ufrag]
                return found?.transport
            },
            admits: { found.map { !isHeld(from, against: $0) } ?? false }, into: &outbox)
        guard case .answered = outcome, let peer = found else { return }
        peer.isDutyKnown = false
        if byAddress[from] !== peer { learn(from, of: peer) }
        if let reason = peer.noteTransport() { end(peer, reason, into: &outbox) } else { peer.wake(at: time) }
    }

    /// Whether an address stays another's, though a check with the newcomer's credentials came from it. Sources can be forged: without this
    /// anyone with credentials could have a participant's media refused, up to that one's next check. An owner who is silent lets go, and
    /// a participant's own new peer takes over at once, since a client that begins anew may keep its socket.
    private func isHeld(_ address: SocketAddress, against newcomer: PeerConnection) -> Bool {
        guard let owner = byAddress[address], owner !== newcomer, owner.participant != newcomer.participant,
            let last = owner.transport.lastCheck(from: address)
        else { return false }
        return now - last <= Self.addressHold
    }

    /// RFC 7675 §5.1 has consent renewed every 4 to 6 s, browsers do so every 2.5 to 5: twice the longest, so that one lost check does not
    /// lose the address. Whoever is given the same address by a NAT waits no longer than this, and not at all for one who was closed.
    static let addressHold = Duration.seconds(12)

    /// An address has proven itself with this peer's credentials; addresses that the transport has let go are forgotten.
    private func learn(_ address: SocketAddress, of peer: PeerConnection) {
        byAddress[address] = peer
        // It may have been this peer's before, and another's in between.
        if !peer.addresses.contains(address) { peer.addresses.append(address) }
        peer.addresses.removeAll { known in
            guard !peer.transport.isValidated(known) else { return false }
            if byAddress[known] === peer { byAddress[known] = nil }
            return true
        }
    }

    private func open(_ parameters: PeerParameters) {
        guard !isDraining, byID[parameters.id] == nil else { return counters.add(.openPeerRefused) }
        let transport = Transport(
            local: parameters.localICE, remoteFingerprint: parameters.remoteFingerprint,
            handshake: configuration.handshake(for: parameters.id), counters: counters, at: now)
        let room = self.room(parameters.room)
        let peer = PeerConnection(parameters, core: self, room: room, transport: transport, joinOrder: nextJoinOrder(), at: now)
        peers.append(peer)
        byID[peer.id] = peer
        for ufrag in transport.ufrags { byUfrag[ufrag] = peer }
        room.add(peer)
        peer.apply(parameters.sections)
        wake(at: now)
    }

    private func room(_ id: RoomID) -> Room {
        if let room = rooms.first(where: { $0.id == id }) { return room }
        let room = Room(id: id, core: self)
        rooms.append(room)
        return room
    }

    private func update(_ peer: PeerConnection, _ sections: Sections) {
        peer.apply(sections)
        peer.room?.evaluateRights(at: now)
        peer.room?.isUnsettled = true
    }

    private func restartICE(_ peer: PeerConnection, _ local: ICECredentials) {
        if let gone = peer.transport.restartICE(local: local), byUfrag[gone] === peer { byUfrag[gone] = nil }
        for ufrag in peer.transport.ufrags { byUfrag[ufrag] = peer }
    }

    private func setRights(_ peer: PeerConnection, _ rights: PeerRights) {
        peer.rights = rights
        peer.room?.evaluateRights(at: now)
        for receiver in peer.receivers where receiver.isStarted { peer.room?.announce(receiver, at: now) }
        peer.room?.isUnsettled = true
    }

    private func subscribe(_ peer: PeerConnection, _ wishes: [Subscription]) {
        // More wishes than a room has tracks are not wishes.
        peer.subscriptions = Array(wishes.prefix(1_024))
        peer.isUnmapped = true
        for sender in peer.senders { sender?.climbing = ClimbBackOff() }
        peer.room?.isUnsettled = true
    }

    private func end(_ peer: PeerConnection, _ reason: DisconnectReason, into outbox: inout Outbox) {
        guard byID.removeValue(forKey: peer.id) != nil else { return }
        peer.transport.close(into: &outbox)
        peers.removeAll { $0 === peer }
        peer.place = -1
        resumeAt = 0
        for ufrag in peer.transport.ufrags where byUfrag[ufrag] === peer { byUfrag[ufrag] = nil }
        for address in peer.addresses where byAddress[address] === peer { byAddress[address] = nil }
        if let room = peer.room {
            room.remove(peer, at: now)
            if room.isEmpty { rooms.removeAll { $0 === room } }
        }
        peer.leave()
        emit(.disconnected(peer.id, reason))
    }

    // MARK: Rooms

    private func span(_ id: RoomID, _ workers: [Int]) {
        let isOurs = workers.contains(configuration.worker) && workers.count > 1
        guard let room = isOurs ? self.room(id) : rooms.first(where: { $0.id == id }) else { return }
        room.span(workers, own: configuration.worker, at: now)
        if room.isEmpty { rooms.removeAll { $0 === room } }
        wake(at: now)
    }

    private func settleRooms() {
        for room in rooms where room.isUnsettled { room.settle(at: now) }
    }

    private func advanceRooms() {
        for room in rooms {
            if room.deadline <= now { room.advance(to: now) }
            if room.isUnsettled { room.settle(at: now) }
            room.advanceRelayed(to: now)
            if room.deadline < earliest { earliest = room.deadline }
            for publisher in room.relayed where publisher.deadline < earliest { earliest = publisher.deadline }
        }
    }

    func publish(into outbox: inout Outbox) {
        guard !events.isEmpty else { return }
        outbox.events.append(contentsOf: events)
        events.removeAll(keepingCapacity: true)
    }
}
