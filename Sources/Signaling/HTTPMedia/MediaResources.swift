import Control
import SFU
import Synchronization

/// All WHIP and WHEP sessions of this server.
///
/// They end in five ways: their maker deletes them, their credential is revoked, their rights are lost, the media server loses the peer,
/// or the same credential begins the same thing again. Everything here is a short step under one lock, so it may be called from worker
/// threads, from the database's writer and from request handlers alike.
package final class MediaResources: Sendable {
    /// What one person, and everybody together, may hold. Chosen: a wall of sixteen screens, and more peers than one machine carries.
    struct Limits: Sendable {
        var perUser = 16
        var total = 4096
    }

    /// Why a new session is not let in.
    enum Refusal: Error {
        /// Somebody else, or the same person with another credential, publishes this now.
        case published
        case tooMany
        case full
    }

    private struct State {
        var resources: [String: MediaResource] = [:]
        var watches: [String: UInt64] = [:]
    }

    private let state = Mutex(State())
    private let media: any MediaPlane
    private let events: MediaEvents
    private let gateway: Gateway
    private let limits: Limits

    init(media: any MediaPlane, events: MediaEvents, gateway: Gateway, limits: Limits = Limits()) {
        self.media = media
        self.events = events
        self.gateway = gateway
        self.limits = limits
    }

    package var count: Int { state.withLock { $0.resources.count } }

    func answerEndpoint(for owner: Snowflake, in channel: Snowflake) -> AnswerEndpoint {
        media.answerEndpoint(for: ParticipantID(owner.rawValue), in: RoomID(channel.rawValue))
    }

    // MARK: Opening

    /// Takes a session in and opens its peer; from now on its rights are watched.
    func open(_ resource: MediaResource, _ negotiation: Negotiation) async throws(Refusal) {
        for id in try admit(resource) { close(id) }
        events.register(resource.peer) { [weak self] event in self?.reported(event, of: resource.id) }
        let parameters = PeerParameters(
            id: resource.peer, room: RoomID(resource.channel.rawValue), participant: ParticipantID(resource.owner.user.rawValue),
            localICE: negotiation.localICE, remoteICE: negotiation.remoteICE, remoteFingerprint: negotiation.remoteFingerprint,
            sections: negotiation.sections, rights: resource.peerRights)
        guard media.send(.openPeer(parameters)) else {
            events.unregister(resource.peer)
            state.withLock { _ = $0.resources.removeValue(forKey: resource.id) }
            throw .full
        }
        // Tells the rights as they are first, so a change between the question and now is not missed.
        let watch = await gateway.watchRights(of: resource.owner.user, in: resource.channel, guild: resource.guild) { [weak self] rights in
            self?.rightsChanged(rights, of: resource.id)
        }
        let isThere = state.withLock { state in
            guard state.resources[resource.id] != nil else { return false }
            state.watches[resource.id] = watch
            return true
        }
        if !isThere { await gateway.stopWatching(watch) }
    }

    /// Adds the resource and names those that it replaces: an encoder that restarted begins again before its old session has timed out.
    private func admit(_ resource: MediaResource) throws(Refusal) -> [String] {
        let result: Result<[String], Refusal> = state.withLock { state in
            let rivals = state.resources.values.filter { $0.isSamePublication(as: resource) }
            guard rivals.allSatisfy({ $0.owner == resource.owner || !$0.isConnected }) else { return .failure(.published) }
            guard state.resources.count - rivals.count < limits.total else { return .failure(.full) }
            let own = state.resources.values.count { $0.owner.user == resource.owner.user }
            guard own - rivals.count < limits.perUser else { return .failure(.tooMany) }
            state.resources[resource.id] = resource
            return .success(rivals.map(\.id).sorted())
        }
        return try result.get()
    }

    // MARK: Asking

    /// The resource at this path, if it belongs to who asks. Somebody else's is as unknown as none.
    func find(_ id: String, _ kind: MediaResource.Kind, in channel: Snowflake, for owner: MediaOwner) -> MediaResource? {
        state.withLock { state in
            guard let resource = state.resources[id], resource.kind == kind, resource.channel == channel, owner.mayTouch(resource) else {
                return nil
            }
            return resource
        }
    }

    /// Takes note of the credentials in a PATCH body.
    ///
    /// - Returns: the resource as it is then, and whether ICE was restarted; `nil` if it is gone.
    func heard(_ credentials: ICECredentials, _ id: String) -> (resource: MediaResource, isRestart: Bool)? {
        var generator = SystemRandomNumberGenerator()
        let heard: (MediaResource, Bool)? = state.withLock { state in
            guard var resource = state.resources[id] else { return nil }
            guard resource.negotiation.heard(credentials, using: &generator) else { return (resource, false) }
            resource.entityTag = MediaResource.newEntityTag()
            state.resources[id] = resource
            // In here, so that two restarts reach the media server in the order of their entity tags.
            media.send(.restartICE(resource.peer, local: resource.negotiation.localICE, remote: resource.negotiation.remoteICE))
            return (resource, true)
        }
        return heard.map { (resource: $0.0, isRestart: $0.1) }
    }

    // MARK: Closing

    /// Ends a session. Its last events (a stopped track) still come and find nobody here.
    func close(_ id: String) {
        let removed = state.withLock { state in
            (resource: state.resources.removeValue(forKey: id), watch: state.watches.removeValue(forKey: id))
        }
        if let resource = removed.resource { media.send(.closePeer(resource.peer)) }
        if let watch = removed.watch { Task { await gateway.stopWatching(watch) } }
    }

    private func closeAll(_ isMeant: (MediaResource) -> Bool) {
        let ids = state.withLock { state in state.resources.values.filter(isMeant).map(\.id).sorted() }
        for id in ids { close(id) }
    }

    /// What was committed: revoked keys and sign-ins end what they opened.
    func committed(_ event: DomainEvent) {
        switch event {
        case .streamKeyRevoked(let key): closeAll { $0.owner.credential == .streamKey(key.id) }
        case .sessionsRevoked(let user, let revoked):
            closeAll { resource in
                guard resource.owner.user == user, case .session(let session) = resource.owner.credential else { return false }
                return revoked?.contains(session) ?? true
            }
        default: break  // Rights are watched through the gateway.
        }
    }

    private func rightsChanged(_ rights: VoiceRights, of id: String) {
        let change: (resource: MediaResource, isAllowed: Bool)? = state.withLock { state in
            guard var resource = state.resources[id] else { return nil }
            let before = resource.peerRights
            resource.rights = rights
            state.resources[id] = resource
            let isAllowed = resource.kind.isAllowed(by: rights)
            return isAllowed && resource.peerRights == before ? nil : (resource, isAllowed)
        }
        guard let change else { return }
        if change.isAllowed { media.send(.setRights(change.resource.peer, change.resource.peerRights)) } else { close(id) }
    }

    private func reported(_ event: Event, of id: String) {
        switch event {
        case .connected: state.withLock { $0.resources[id]?.isConnected = true }
        case .disconnected: close(id)
        default: break
        }
    }
}

extension MediaResource {
    /// A participant has at most one track of each source.
    fileprivate func isSamePublication(as other: MediaResource) -> Bool {
        kind == .whip && other.kind == .whip && owner.user == other.owner.user && channel == other.channel && source == other.source
    }
}
