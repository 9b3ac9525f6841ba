import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// The server's child channel: HTTP/1.1 for Hummingbird's router, and WebSockets for the endpoints' paths on the same port.
///
/// An upgrade never reaches the router, so middleware does not run for it; what must be checked (path, Origin, number of sockets) is
/// checked here. A request for an endpoint's path that may not or does not ask to be upgraded is answered 403, 503 or 426. Wrap it in
/// Hummingbird's `TLSChannel` for TLS.
package struct WebSocketUpgradeChannel: HTTPChannelHandler {
    package struct Configuration: Sendable {
        package var endpoints: [WebSocketEndpoint]
        package var policy: UpgradePolicy
        /// From accept to the end of the first request head.
        package var headTimeout: TimeAmount = .seconds(10)
        /// HTTP keep-alive: from one response to the next request.
        package var idleTimeout: Duration = .seconds(60)
        /// Sockets open at once, all endpoints together. Chosen: 9.4 kB each, half of the usual limit on file descriptors.
        package var maximumSockets = 10_000
        /// This port speaks TLS: URLs that clients are given begin with `wss`.
        package var isSecure = false

        package init(endpoints: [WebSocketEndpoint], policy: UpgradePolicy) {
            self.endpoints = endpoints
            self.policy = policy
        }
    }

    /// A connection after its first request head: HTTP goes on as an async channel, a WebSocket lives in its pipeline.
    package enum Upgraded: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case webSocket
    }

    package struct Value: ServerChildChannelValue {
        package let channel: any Channel
        let upgraded: EventLoopFuture<Upgraded>
    }

    package let responder: Responder
    private let configuration: Configuration
    private let admission: SocketAdmission

    package init(responder: @escaping Responder, configuration: Configuration) {
        self.configuration = configuration
        let admission = SocketAdmission(configuration: configuration)
        self.admission = admission
        self.responder = { request, writer, channel in
            guard let status = admission.refusal(path: request.uri.path, headers: request.headers, authority: request.head.authority)
            else { return try await responder(request, writer, channel) }
            let fields: HTTPFields = [.contentLength: "0", .connection: "close"]
            try await writer.writeResponse(HTTPResponse(status: status, headerFields: fields))
        }
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(UpgradeGuard(headTimeout: configuration.headTimeout))
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
            let filter = UpgradeFilter { endpoint(for: $0) != nil }
            let upgrade = NIOTypedHTTPServerUpgradeHandler(
                httpEncoder: encoder, extraHTTPHandlers: [decoder, filter],
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                    upgraders: [upgrader], notUpgradingCompletionHandler: { continueAsHTTP($0, logger) }))
            // Without NIO's pipelining, error and header handlers: Hummingbird reads one request at a time, answers parse errors itself,
            // and HTTPFields refuses line breaks.
            try pipeline.addHandlers([encoder, decoder, filter, upgrade] as [any ChannelHandler])
            return Value(channel: channel, upgraded: upgrade.upgradeResultFuture)
        }
    }

    package func handle(value: Value, logger: Logger) async {
        switch try? await value.upgraded.get() {
        case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
        case .webSocket: try? await value.channel.closeFuture.get()
        case nil: value.channel.close(promise: nil)
        }
    }

    /// One for all endpoints, since the pipeline knows upgraders by their protocol's name. It lets through what the most generous endpoint
    /// takes; each socket's link holds the limit of its own.
    private var upgrader: any NIOTypedHTTPServerProtocolUpgrader<Upgraded> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: configuration.endpoints.map(\.maximumFrameBytes).max() ?? 0,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeSucceededFuture(endpoint(for: head).map { _ in HTTPHeaders() })
            },
            upgradePipelineHandler: { channel, head in
                guard let endpoint = endpoint(for: head) else { return channel.eventLoop.makeFailedFuture(ChannelError.inputClosed) }
                return openSocket(channel, head, endpoint)
            })
    }

    private func endpoint(for head: HTTPRequestHead) -> WebSocketEndpoint? {
        configuration.endpoints.first { admission.admits(head, to: $0) }
    }

    private func openSocket(_ channel: any Channel, _ head: HTTPRequestHead, _ endpoint: WebSocketEndpoint) -> EventLoopFuture<Upgraded> {
        admission.opened(channel)
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            removeGuard(pipeline)
            // A client that claims to come by a TLS proxy deceives only itself: it is told its own address.
            let isSecure = configuration.isSecure || head.headers.first(name: "X-Forwarded-Proto")?.lowercased() == "https"
            let connection = WebSocketConnection(channel: channel, host: head.headers.first(name: "Host") ?? "", isSecure: isSecure)
            try pipeline.addHandler(WebSocketLink(endpoint: endpoint, connection: connection))
            return .webSocket
        }
    }

    private func continueAsHTTP(_ channel: any Channel, _ logger: Logger) -> EventLoopFuture<Upgraded> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            removeGuard(pipeline)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: configuration.idleTimeout, logger: logger))
            return .http(
                try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }

    private func removeGuard(_ pipeline: ChannelPipeline.SynchronousOperations) {
        guard let context = try? pipeline.context(handlerType: UpgradeGuard.self) else { return }
        pipeline.removeHandler(context: context, promise: nil)
    }
}

extension HTTPServerBuilder {
    /// HTTP and WebSockets on one port, without TLS.
    package static func upgradable(_ configuration: WebSocketUpgradeChannel.Configuration) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in WebSocketUpgradeChannel(responder: responder, configuration: configuration) }
    }
}
