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
    func publish(_ endpoint: Endpoint, offer: SessionOffer) throws -> RemoteParameters
    /// Lets in somebody who watches the first publisher.
    func watch(_ endpoint: Endpoint, offer: SessionOffer) throws -> RemoteParameters
}

/// Which servers there are.
enum PeerCatalogue {
    static let names = ["parley", "janus-1", "janus", "pion"]

    /// Starts a fresh process.
    static func start(_ name: String, options: MediaOptions, in laboratory: Laboratory) throws -> any MediaPeer {
        switch name {
        case "parley": try ParleyPeer(binary: options.parley, viewers: options.viewers.max() ?? 1, in: laboratory)
        case "janus-1": try JanusPeer(eventLoops: 1, in: laboratory)
        case "janus": try JanusPeer(eventLoops: 0, in: laboratory)
        case "pion": try PionPeer(binary: options.pion, in: laboratory)
        default: throw BenchError("no peer is called \(name); there are \(names.joined(separator: ", "))")
        }
    }
}
