import RTP
import Synchronization

/// The media plane's only door: commands in, events out, both plain values. Places each room on one of N workers, each a thread with a
/// UDP port of its own.
public final class MediaServer: Sendable {
    /// Which ciphers SRTP runs on; log it when it is not `.openSSL`.
    public let ciphers: SRTPLibrary.Ciphers

    private let configuration: MediaServerConfiguration
    private let identity: DTLSIdentity
    private let announced: [IPAddressBytes]
    private let state = Mutex(State())

    private struct State {
        var workers: [Worker] = []
        /// Which worker each open peer lives on.
        var placement: [PeerID: Int] = [:]
        var isStopped = false
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
    }

    /// Opens the ports and starts the workers.
    /// - Parameter onEvent: called on a worker's thread with what happened, in order for each peer. It must not wait.
    public func start(onEvent: @escaping @Sendable ([Event]) -> Void) throws(MediaServerError) {
        guard state.withLock({ $0.workers.isEmpty && !$0.isStopped }) else { throw .alreadyStarted }
        var workers: [Worker] = []
        for index in 0..<configuration.workers { workers.append(try makeWorker(index, onEvent)) }
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

    private func makeWorker(_ index: Int, _ onEvent: @escaping @Sendable ([Event]) -> Void) throws(MediaServerError) -> Worker {
        let port = configuration.port == 0 ? 0 : UInt16(configuration.port + index)
        let core = MediaCoreConfiguration(
            handshake: .openSSL(identity), randomSeed: UInt64.random(in: .min ... .max),
            unixEpochNanoseconds: MonotonicClock.unixEpochNanoseconds)
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
            case .room(let room, let peer):
                let index = Self.placement(of: room, among: state.workers.count)
                state.placement[peer] = index
                return state.workers[index...index]
            case .peer(let peer):
                guard let index = state.placement[peer] else { return [] }
                return state.workers[index...index]
            case .everyone:
                return state.workers[...]
            }
        }
        return !workers.isEmpty && workers.allSatisfy { $0.send(command) }
    }

    /// What clients of this room are told. Ports are known after `start`.
    public func endpoint(for room: RoomID) -> MediaEndpoint {
        let port = state.withLock { state -> UInt16 in
            state.workers.isEmpty
                ? UInt16(configuration.port) : state.workers[Self.placement(of: room, among: state.workers.count)].port
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
        for case .disconnected(let peer, _) in events { state.withLock { $0.placement[peer] = nil } }
    }

    /// Fibonacci hashing: channel snowflakes differ in their high bits (time) and low bits (sequence), and both must count.
    private static func placement(of room: RoomID, among workers: Int) -> Int {
        Int((room.rawValue &* 0x9E37_79B9_7F4A_7C15) >> 32) % workers
    }
}

extension Command {
    /// Whom a command concerns.
    fileprivate enum Destination {
        case room(RoomID, PeerID)
        case peer(PeerID)
        case everyone
    }

    fileprivate var destination: Destination {
        switch self {
        case .openPeer(let parameters): .room(parameters.room, parameters.id)
        case .updateSections(let peer, _), .restartICE(let peer, _, _), .setRights(let peer, _), .subscribe(let peer, _),
            .setAuto(let peer, _), .setInactive(let peer, _), .closePeer(let peer), .requestStatistics(let peer, _):
            .peer(peer)
        case .drain: .everyone
        }
    }
}
