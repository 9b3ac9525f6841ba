import RTP
import Synchronization

/// The media plane's only door: commands in, events out, both plain values. Places each client on one of N workers, each a thread with a
/// UDP port of its own, and tells workers which of them share a room (`Placement`).
public final class MediaServer: Sendable {
    /// Which ciphers SRTP runs on; log it when it is not `.openSSL`.
    public let ciphers: SRTPLibrary.Ciphers

    private let configuration: MediaServerConfiguration
    private let identity: DTLSIdentity
    private let announced: [IPAddressBytes]
    private let state: Mutex<State>

    private struct State {
        var workers: [Worker] = []
        var placement: Placement
        var isStopped = false

        /// Tells workers what they share. Under the lock, so that what is said last is heard last.
        func tell(_ span: Placement.Span?) {
            guard let span else { return }
            for worker in span.concerned { _ = workers[worker].send(.spanRoom(span.room, workers: span.workers)) }
        }
    }

    /// Makes the certificate and resolves the announced names, which may wait for a name server.
    public init(configuration: MediaServerConfiguration) throws(MediaServerError) {
        let workers = configuration.workers
        guard (1...MediaServerConfiguration.maximumWorkers).contains(workers) else { throw .badWorkerCount(workers) }
        guard configuration.port >= 0, configuration.port + workers - 1 <= 65_535 else { throw .badPort(configuration.port + workers - 1) }
        ciphers = SRTPLibrary.ciphers
        announced = try AnnouncedAddresses.resolve(configuration.announce, listeningOn: configuration.host)
        do {
            identity = try DTLSIdentity.generate()
        } catch {
            throw .identity(error.description)
        }
        self.configuration = configuration
        state = Mutex(State(placement: Placement(workers: workers)))
    }

    /// Opens the ports and starts the workers.
    /// - Parameter onEvent: called on a worker's thread with what happened, in order for each peer. It must not wait.
    public func start(onEvent: @escaping @Sendable ([Event]) -> Void) throws(MediaServerError) {
        guard state.withLock({ $0.workers.isEmpty && !$0.isStopped }) else { throw .alreadyStarted }
        var workers: [Worker] = []
        for index in 0..<configuration.workers { workers.append(try makeWorker(index, onEvent)) }
        for (own, worker) in workers.enumerated() {
            for (index, other) in workers.enumerated() where index != own { worker.connect(own: own, to: other, index: index) }
        }
        for (index, worker) in workers.enumerated() {
            do {
                try worker.start()
            } catch {
                for started in workers[..<index] { started.stop() }
                throw error
            }
        }
        state.withLock { $0.workers = workers }
    }

    /// Chosen: half a frame's time at most of delay to reports of some hundred milliseconds, and a hundred wake-ups a second where 500 viewers had six
    /// times as many.
    package static let regularGrain: Int64 = 10_000_000

    private func makeWorker(_ index: Int, _ onEvent: @escaping @Sendable ([Event]) -> Void) throws(MediaServerError) -> Worker {
        let port = configuration.port == 0 ? 0 : UInt16(configuration.port + index)
        var core = MediaCoreConfiguration(
            handshake: .openSSL(identity), randomSeed: UInt64.random(in: .min ... .max),
            unixEpochNanoseconds: MonotonicClock.unixEpochNanoseconds)
        core.worker = index
        core.evensFrames = true
        core.regularGrain = Self.regularGrain
        return try Worker(host: configuration.host, port: port, core: core, measuresDelay: configuration.measuresDelay) {
            [weak self] events in
            self?.forget(events)
            onEvent(events)
        }
    }

    /// Hands a command to the worker that it concerns.
    /// - Returns: `false` if there is no such peer (it has been disconnected meanwhile), or the worker's mailbox is full, which
    ///   refuses neither `closePeer` nor `setRights`.
    @discardableResult
    public func send(_ command: Command) -> Bool {
        let workers = state.withLock { state -> ArraySlice<Worker> in
            guard !state.workers.isEmpty else { return [] }
            switch command.destination {
            case .new(let peer, let participant, let room):
                let (index, span) = state.placement.open(peer, of: participant, in: room)
                state.tell(span)
                return state.workers[index...index]
            case .peer(let peer):
                guard let index = state.placement.worker(of: peer) else { return [] }
                return state.workers[index...index]
            case .everyone:
                return state.workers[...]
            }
        }
        let isAccepted = !workers.isEmpty && workers.allSatisfy { $0.send(command) }
        if !isAccepted, case .new(let peer, _, _) = command.destination { forget([.disconnected(peer, .closed)]) }
        return isAccepted
    }

    /// What a participant's clients in this room are told; their place is theirs from here on. Ports are known after `start`.
    public func endpoint(for participant: ParticipantID, in room: RoomID) -> MediaEndpoint {
        let port = state.withLock { state -> UInt16 in
            let index = state.placement.worker(for: participant, in: room)
            return state.workers.isEmpty ? UInt16(configuration.port) : state.workers[index].port
        }
        let candidates = announced.enumerated().map { position, ip in
            MediaCandidate(address: ip.description, port: port, priority: MediaCandidate.priority(position: position))
        }
        return MediaEndpoint(candidates: candidates, fingerprint: identity.fingerprint)
    }

    /// UDP ports of the workers, first worker first; empty before `start`.
    public var ports: [UInt16] { state.withLock { $0.workers.map(\.port) } }

    /// Between `start` and `stop`.
    public var isRunning: Bool { state.withLock { !$0.workers.isEmpty && !$0.isStopped } }

    /// All workers' counters added up, without those that are zero.
    public func counters() -> [Counter: UInt64] {
        let workers = state.withLock { $0.workers }
        return workers.reduce(into: [:]) { sum, worker in sum.merge(worker.counters.snapshot, uniquingKeysWith: +) }
    }

    /// One for each worker, where the configuration measures delay.
    public func delays() -> [DelayHistogram] { state.withLock { $0.workers }.compactMap(\.delays) }

    /// Ends every peer with a close_notify, delivers the last events, and returns when the threads have ended.
    public func stop() {
        let workers = state.withLock { state in
            defer { state.isStopped = true }
            return state.isStopped ? [] : state.workers
        }
        for worker in workers { worker.stop() }
    }

    private func forget(_ events: [Event]) {
        for case .disconnected(let peer, _) in events {
            state.withLock { state in
                let span = state.placement.close(peer)
                state.tell(span)
            }
        }
    }
}

extension Command {
    /// Whom a command concerns.
    fileprivate enum Destination {
        case new(PeerID, ParticipantID, RoomID)
        case peer(PeerID)
        case everyone
    }

    fileprivate var destination: Destination {
        switch self {
        case .openPeer(let parameters): .new(parameters.id, parameters.participant, parameters.room)
        case .updateSections(let peer, _), .restartICE(let peer, _, _), .setRights(let peer, _), .subscribe(let peer, _),
            .setAuto(let peer, _), .setInactive(let peer, _), .closePeer(let peer), .requestStatistics(let peer, _):
            .peer(peer)
        case .drain, .spanRoom: .everyone
        }
    }
}
