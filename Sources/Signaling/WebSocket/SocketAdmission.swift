import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// Decides which requests become sockets, once for the upgrade and once for the answer to those that do not; counts the open ones.
final class SocketAdmission: Sendable {
    private let paths: Set<String>
    private let policy: UpgradePolicy
    private let maximumSockets: Int
    private let openSockets = Atomic<Int>(0)

    init(configuration: WebSocketUpgradeChannel.Configuration) {
        self.paths = Set(configuration.endpoints.map(\.path))
        self.policy = configuration.policy
        self.maximumSockets = configuration.maximumSockets
    }

    private var isFull: Bool { openSockets.load(ordering: .relaxed) >= maximumSockets }

    /// Whether this request, which asks for an upgrade, gets one.
    func admits(_ head: HTTPRequestHead, to endpoint: WebSocketEndpoint) -> Bool {
        guard head.method == .GET, head.uri.prefix(while: { $0 != "?" }) == endpoint.path, !isFull else { return false }
        return policy.allows(origin: head.headers.first(name: "Origin"), host: head.headers.first(name: "Host"))
    }

    func opened(_ channel: any Channel) {
        openSockets.add(1, ordering: .relaxed)
        channel.closeFuture.whenComplete { [self] _ in openSockets.subtract(1, ordering: .relaxed) }
    }

    /// The status for a plain request to an endpoint's path; `nil` for paths that are the router's.
    func refusal(path: String, headers: HTTPFields, authority: String?) -> HTTPResponse.Status? {
        guard paths.contains(path) else { return nil }
        guard policy.allows(origin: headers[.origin], host: authority) else { return .forbidden }
        return isFull ? .serviceUnavailable : .upgradeRequired
    }
}
