import RTP
import SFU

/// Peers, paths and media cores in virtual time. The earliest deadline is next; what is due at one instant happens in the order in which it
/// was arranged, datagrams and commands first, then clients in order of joining, then cores, as a worker drains its socket before it sends.
package final class World {
    package let seed: UInt64
    package private(set) var clock = VirtualClock()
    package private(set) var members: [Member] = []
    package let nodes: [ServerNode]
    /// Every datagram that left a server, with its time and the peer it went to.
    package private(set) var digest = Digest()
    /// Events of rooms: tracks and speakers.
    package private(set) var roomEvents: [(at: Instant, event: Event)] = []
    /// What servers sent to addresses that no peer has.
    package private(set) var datagramsToStrangers = 0
    /// Faults of the world itself: datagrams to nowhere, a core that does not come to rest.
    package private(set) var complaints: [String] = []
    /// Indices of participants whose tones are listened for.
    package var candidates: [Int] = []
    package let epoch: Instant

    /// How long signalling takes from the server to a client and back.
    package var signallingDelay = Duration.milliseconds(10)

    private enum Happening {
        case datagramToServer(node: Int, bytes: [UInt8], from: SocketAddress)
        case datagramToPeer(member: Int, bytes: [UInt8])
        case command(node: Int, Command)
        case records(node: Int, from: Int, count: Int)
        case event(member: Int, Event)
        case script((World) -> Void)
    }

    /// More steps than this at one instant mean that something does not come to rest.
    private static let stepsAtOneInstant = 2000

    private var queue = EventQueue<Happening>()
    private var memberByAddress: [SocketAddress: Int] = [:]
    /// Addresses that clients have left; what is sent there is read along, and lost.
    private var formerAddresses: [SocketAddress: Int] = [:]
    private var memberByPeer: [PeerID: Int] = [:]
    private let random: RandomSource
    private var stepsHere = 0

    /// How many workers worlds have that do not say it: every scenario can be played on several, and its oracles hold there too.
    @TaskLocal package static var workers = 1
    /// In what their servers do as a released one does.
    @TaskLocal package static var traits: ServerTraits = []

    /// How long a record takes from one worker to another. Chosen: a wake-up of a thread.
    private static let crossing = Duration.microseconds(50)
    /// Share of the records between workers that are lost.
    package var recordLoss = 0.0
    package private(set) var recordsLost = 0
    private var recordRandom: RandomSource
    /// Who is where. A room spreads from its second participant on, so that everything that can cross does.
    private var placement: Placement

    package init(seed: UInt64, nodes count: Int = World.workers) {
        self.seed = seed
        placement = Placement(workers: count, roomShare: 1)
        recordRandom = RandomSource(seed: seed).forked(1)
        random = RandomSource(seed: seed)
        epoch = clock.now
        let start = clock.now
        var source = random.forked(0)
        nodes = (0..<count).map { ServerNode(index: $0, seed: source.next(), at: start) }
        for node in nodes { for other in nodes where other !== node { node.connect(to: other) } }
    }

    package var now: Instant { clock.now }

    // MARK: What a script can do

    /// A source of randomness that depends on the world's seed and the label only.
    package func randomSource(_ label: UInt64) -> RandomSource { random.forked(label &+ 1_000_000) }

    /// Calls `body` at an instant counted from the start of the world.
    package func at(_ time: Duration, _ body: @escaping (World) -> Void) {
        queue.push(.script(body), at: epoch + time)
    }

    /// A client joins now. Its randomness hangs on its plan's index only, so that others coming or going do not change it.
    @discardableResult
    package func join(
        _ plan: PeerPlan, uplink: LinkConditions = .perfect, downlink: LinkConditions = .perfect
    ) -> Member {
        let seed = random.forked(UInt64(plan.index) &* 1000 &+ UInt64(members.filter { $0.peer.plan.index == plan.index }.count))
        let id = PeerID(UInt64(plan.index) * 100 + UInt64(members.filter { $0.peer.plan.index == plan.index }.count))
        let (node, span) = placement.open(id, of: plan.participant, in: plan.room)
        tell(span)
        let keys = nodes[node].keys(of: id)
        let start = now + signallingDelay
        guard
            let peer = ScriptedPeer(
                id: id, plan: plan, keys: keys, candidates: candidates, random: seed.forked(1), start: start, epoch: epoch),
            let watch = EgressGuard(keys: keys, slots: peer.parameters.sections.slots)
        else { preconditionFailure("libsrtp refuses the simulation's keys") }
        let member = Member(
            peer: peer, watch: watch, uplink: Link(uplink, random: seed.forked(2)), downlink: Link(downlink, random: seed.forked(3)),
            address: Self.address(of: id, generation: 0), node: node, joinedAt: now)
        members.append(member)
        memberByPeer[id] = members.count - 1
        memberByAddress[member.address] = members.count - 1
        member.due = peer.nextDeadline
        send(.openPeer(peer.parameters))
        return member
    }

    private func tell(_ span: Placement.Span?) {
        guard let span else { return }
        for node in span.concerned { queue.push(.command(node: node, .spanRoom(span.room, workers: span.workers)), at: now) }
    }

    /// Signalling closes the peer; the client is gone at once.
    package func leave(_ member: Member) {
        guard member.isPresent else { return }
        member.leftAt = now
        send(.closePeer(member.peer.id))
    }

    /// The client is gone without a word (power cut).
    package func vanish(_ member: Member) {
        member.leftAt = now
    }

    /// To the worker of the peer that it is about.
    package func send(_ command: Command) {
        let node = command.peer.flatMap { memberByPeer[$0] }.map { members[$0].node } ?? 0
        queue.push(.command(node: node, command), at: now)
    }

    /// The client's address changes (another network). What is on its way to the old one is lost.
    package func changeAddress(_ member: Member) {
        guard let index = memberByPeer[member.peer.id] else { return }
        memberByAddress[member.address] = nil
        formerAddresses[member.address] = index
        member.addressChanges += 1
        member.address = Self.address(of: member.peer.id, generation: member.addressChanges)
        memberByAddress[member.address] = index
        member.peer.addressChanged(at: now)
        member.due = now
    }

    /// Somebody who is no peer sends a datagram to a server.
    package func strangerSends(_ datagram: [UInt8], from: SocketAddress, to node: Int = 0) {
        queue.push(.datagramToServer(node: node, bytes: datagram, from: from), at: now)
    }

    /// Calls `body` every `interval` between two times.
    package func every(_ interval: Duration, from: Duration, to: Duration, _ body: @escaping (World) -> Void) {
        guard from <= to else { return }
        at(from) { world in
            body(world)
            world.every(interval, from: from + interval, to: to, body)
        }
    }

    /// ICE restart with new credentials on both sides.
    package func restartICE(_ member: Member) {
        var source = random.forked(UInt64(now.nanoseconds) &+ member.peer.id.rawValue)
        func word(_ length: Int) -> String {
            String((0..<length).map { _ in Character(UnicodeScalar(UInt8(source.integer(in: 97...122)))) })
        }
        let local = ICECredentials(ufrag: word(8), password: word(24))
        let remote = ICECredentials(ufrag: word(4), password: word(24))
        send(.restartICE(member.peer.id, local: local, remote: remote))
        let peer = member.peer
        queue.push(
            .script { world in
                peer.restartICE(local: local, remote: remote, at: world.now)
                member.due = world.now
            }, at: now + signallingDelay)
    }

    /// Depends on the peer only, as everything of it does.
    private static func address(of peer: PeerID, generation: Int) -> SocketAddress {
        let (index, join) = peer.rawValue.quotientAndRemainder(dividingBy: 100)
        guard let address = SocketAddress("10.\(1 + generation).\(index).\(1 + join)", port: UInt16(40_000 + generation)) else {
            preconditionFailure("an address of the simulation is not one")
        }
        return address
    }

    // MARK: Time

    /// Runs until an instant counted from the start of the world.
    package func run(until end: Duration) {
        let end = epoch + end
        while let next = nextInstant, next <= end {
            stepsHere = next <= now ? stepsHere + 1 : 0
            guard stepsHere < Self.stepsAtOneInstant else { return complain("no rest at \(now - epoch)") }
            clock.advance(to: max(next, now))
            step()
        }
        clock.advance(to: max(end, now))
    }

    private var nextInstant: Instant? {
        var next = queue.nextTime ?? .distantFuture
        for member in members where member.isPresent { next = min(next, member.due) }
        for node in nodes { next = min(next, node.nextDeadline ?? .distantFuture) }
        return next == .distantFuture ? nil : next
    }

    private func step() {
        while let happening = queue.pop(dueBy: now) { take(happening) }
        for index in members.indices where members[index].isPresent && members[index].due <= now {
            members[index].peer.advance(to: now)
            collect(index)
        }
        for node in nodes where node.needsAdvance(at: now) { node.advance(to: now) { self.route($0, $1) } }
        for node in nodes { publish(node.takeEvents()) }
        for node in nodes {
            for (other, count) in node.takeWritten() {
                queue.push(.records(node: other, from: node.index, count: count), at: now + Self.crossing)
            }
        }
    }

    private func take(_ happening: Happening) {
        switch happening {
        case .datagramToServer(let node, let bytes, let from): nodes[node].receive(bytes, from: from, at: now)
        case .datagramToPeer(let member, let bytes):
            guard members[member].isPresent else { return }
            members[member].peer.receive(bytes, at: now)
            collect(member)
        case .command(let node, let command): nodes[node].handle(command, at: now)
        case .records(let node, let from, let count):
            nodes[node].receiveRecords(count, from: from, at: now, losing: loseRecord)
        case .event(let member, let event):
            members[member].peer.handle(event, at: now)
            collect(member)
        case .script(let body): body(self)
        }
    }

    private func loseRecord() -> Bool {
        guard recordLoss > 0, recordRandom.chance(recordLoss) else { return false }
        recordsLost += 1
        return true
    }

    /// What a client has to send goes onto its uplink.
    private func collect(_ index: Int) {
        let member = members[index]
        for datagram in member.peer.takeOutgoing() {
            let arrivals = member.uplink.send(bytes: datagram.count, at: now)
            for case .some(let arrival) in [arrivals.first, arrivals.second] {
                queue.push(.datagramToServer(node: member.node, bytes: datagram, from: member.address), at: arrival)
            }
        }
        member.due = max(member.peer.nextDeadline, now)
    }

    /// What a server sends is read along, digested, and goes onto the receiver's downlink.
    private func route(_ to: SocketAddress, _ datagram: [UInt8]) {
        guard let index = memberByAddress[to] ?? formerAddresses[to] else {
            datagramsToStrangers += 1
            return digest.add(datagram)
        }
        digest.add(UInt64(index))
        digest.add(UInt64(bitPattern: now.nanoseconds))
        digest.add(datagram)
        let member = members[index]
        member.watch.observe(datagram, at: now)
        guard member.isPresent, member.address == to else { return }
        let arrivals = member.downlink.send(bytes: datagram.count, at: now)
        for case .some(let arrival) in [arrivals.first, arrivals.second] {
            queue.push(.datagramToPeer(member: index, bytes: datagram), at: arrival)
        }
    }

    private func publish(_ events: [Event]) {
        for event in events {
            guard let peer = event.peer else {
                roomEvents.append((now, event))
                continue
            }
            if case .disconnected = event { tell(placement.close(peer)) }
            guard let index = memberByPeer[peer] else { continue }
            if case .slots(_, let assignments) = event { members[index].watch.assigned(assignments) }
            queue.push(.event(member: index, event), at: now + signallingDelay)
        }
    }

    private func complain(_ what: String) {
        complaints.append(what)
    }
}

extension Event {
    /// The peer that the event is for; `nil` for events of a room.
    var peer: PeerID? {
        switch self {
        case .connected(let peer), .disconnected(let peer, _), .unreachable(let peer), .slots(let peer, _), .layers(let peer, _),
            .watchedEncodings(let peer, _, _):
            peer
        case .trackStarted, .trackStopped, .speaking, .statistics: nil
        }
    }
}

extension Command {
    /// The peer that the command is about.
    fileprivate var peer: PeerID? {
        switch self {
        case .openPeer(let parameters): parameters.id
        case .updateSections(let peer, _), .restartICE(let peer, _, _), .setRights(let peer, _), .subscribe(let peer, _),
            .setAuto(let peer, _), .setInactive(let peer, _), .closePeer(let peer), .requestStatistics(let peer, _):
            peer
        case .drain, .spanRoom: nil
        }
    }
}
