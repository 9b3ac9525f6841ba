import Hummingbird

/// Where the gateway's WebSocket is. The URL carries no query: some libraries append theirs to the string.
struct GatewayRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("gateway", use: show)
        group.get("gateway/bot", use: showForBots)
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        .json(["url": .string(url(request, context))])
    }

    @Sendable private func showForBots(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.requirePrincipal()
        return .json([
            "url": .string(url(request, context)), "shards": 1,
            "session_start_limit": ["total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1],
        ])
    }

    private func url(_ request: Request, _ context: APIContext) -> String {
        PublicURL.gateway(request, context, services.configuration)
    }
}

/// How clients reach this server.
package enum PublicURL {
    /// The gateway's address, by configuration or else as this request came in.
    package static func gateway(_ request: Request, _ context: APIContext, _ configuration: ControlConfiguration) -> String {
        let base = base(request, context, configuration)
        let socket = base.hasPrefix("https:") ? "wss:" + base.dropFirst(6) : "ws:" + base.dropFirst(5)
        return socket + "/gateway"
    }

    /// `https://host[:port]` without a slash at the end.
    package static func base(_ request: Request, _ context: APIContext, _ configuration: ControlConfiguration) -> String {
        if let url = configuration.publicURL { return url.hasSuffix("/") ? String(url.dropLast()) : url }
        let isForwarded = configuration.trustedProxies.contains(context.peerAddress)
        let isSecure = configuration.usesTLS || (isForwarded && request.headers[.xForwardedProto] == "https")
        // Only characters of a host and port: the answer must not carry anything else that a client wrote.
        let host = (request.head.authority ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]".contains($0)) }
        return (isSecure ? "https://" : "http://") + (host.isEmpty ? "localhost" : host)
    }
}
