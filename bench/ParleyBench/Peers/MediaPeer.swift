import LoadGenerator

/// A server under test, behind one door: how it is started, and how an endpoint gets in.
///
/// To add one: write its adapter and its line in `PeerCatalogue`. An adapter may use the server's own signalling only; media is the generator's.
protocol MediaPeer: AnyObject {
    /// In tables and results.
    var name: String { get }
    /// What a reader of the figures must know: version, configuration, which crypto.
    var notes: String { get }
    var process: ServerProcess { get }

    /// Lets in a publisher of `endpoint.published`.
    /// - Parameter number: from 0.
    func publish(_ endpoint: Endpoint, number: Int, offer: SessionOffer) throws -> RemoteParameters
    /// Lets in somebody who watches one publisher.
    func watch(_ endpoint: Endpoint, publisher: Int, offer: SessionOffer) throws -> RemoteParameters
    /// Which of the server's media threads an answer names, from 0, where ports tell.
    func worker(of remote: RemoteParameters) -> Int?
}

extension MediaPeer {
    func worker(of remote: RemoteParameters) -> Int? { nil }
}

/// Which servers there are.
enum PeerCatalogue {
    static let names = ["parley", "janus-1", "janus", "pion"]

    /// Starts a fresh process.
    static func start(
        _ name: String, viewers: Int, publishers: Int, workers: Int, options: MediaOptions, in laboratory: Laboratory
    ) throws -> any MediaPeer {
        switch name {
        case "parley": try ParleyPeer(options: options, viewers: viewers, publishers: publishers, workers: workers, in: laboratory)
        case "janus-1": try JanusPeer(eventLoops: 1, in: laboratory)
        case "janus": try JanusPeer(eventLoops: 0, in: laboratory)
        case "pion": try PionPeer(binary: options.pion, in: laboratory)
        default: throw BenchError("no peer is called \(name); there are \(names.joined(separator: ", "))")
        }
    }

    static func start(
        _ name: String, shape: RoomShape, workers: Int, options: MediaOptions, in laboratory: Laboratory
    ) throws -> any RoomPeer {
        switch name {
        case "parley": try ParleyRooms(options: options, shape: shape, workers: workers, in: laboratory)
        case "janus-1": try JanusRooms(eventLoops: 1, shape: shape, in: laboratory)
        case "janus": try JanusRooms(eventLoops: 0, shape: shape, in: laboratory)
        default: throw BenchError("rooms are not built for \(name); there are parley, janus-1, janus")
        }
    }
}
