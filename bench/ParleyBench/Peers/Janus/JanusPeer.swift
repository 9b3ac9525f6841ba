import LoadGenerator

/// Janus where some publish and others watch.
final class JanusPeer: MediaPeer {
    var name: String { server.name }
    var notes: String { server.notes }
    var process: ServerProcess { server.process }
    private let server: JanusServer
    private var feeds: [Int] = []

    init(eventLoops: Int, in laboratory: Laboratory) throws {
        server = try JanusServer(eventLoops: eventLoops, rooms: 1, in: laboratory)
    }

    func publish(_ endpoint: Endpoint, number: Int, offer: SessionOffer) throws -> RemoteParameters {
        let (remote, feed) = try server.publish(offer, room: 0)
        feeds.append(feed)
        return remote
    }

    func watch(_ endpoint: Endpoint, publisher: Int, offer: SessionOffer) throws -> RemoteParameters {
        try server.watch(endpoint, fingerprint: offer.fingerprint, feeds: [feeds[publisher]], room: 0)
    }
}
