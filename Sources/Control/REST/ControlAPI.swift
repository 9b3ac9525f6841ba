import HTTPTypes
import Hummingbird

/// Puts the HTTP API together.
///
/// ```
/// let router = ControlAPI.makeRouter(services)
/// let group = ControlAPI.group(router, services)
/// addControlRoutes(to: group, services: services)      // and Signaling's own routes into the same group
/// ControlAPI.finish(router)
/// ```
package enum ControlAPI {
    /// A router with what every request passes: errors to answers, client address, origin check; and the routes outside the API.
    package static func makeRouter(_ services: ControlServices) -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorResponses())
        router.add(middleware: ClientAddress(trustedProxies: Set(services.configuration.trustedProxies)))
        router.add(middleware: OriginGuard(allowed: services.configuration.allowedOrigins))
        OperationsRoutes(services: services).add(to: router)
        return router
    }

    /// The group `/api/v10`: who asks, and how often.
    package static func group(_ router: Router<APIContext>, _ services: ControlServices) -> RouterGroup<APIContext> {
        let group = router.group("api/v10")
        group.add(middleware: RateLimiting(subject: .address, limiter: services.limits.addresses, clock: services.clock))
        group.add(middleware: WriteAdmission(store: services.store))
        group.add(middleware: Authentication(authenticator: services.authenticator))
        group.add(middleware: RateLimiting(subject: .user, limiter: services.limits.users, clock: services.clock))
        return group
    }

    /// Answers 405 with `Allow` where a path exists but not for the method. Call it when every route is there.
    package static func finish(_ router: Router<APIContext>) {
        let paths = Dictionary(grouping: router.routes, by: { $0.path.description })
        for (_, routes) in paths {
            guard let path = routes.first?.path else { continue }
            var allowed = Set(routes.map(\.method))
            if allowed.contains(.get) { allowed.insert(.head) }
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in methods where !allowed.contains(method) {
                router.on(path, method: method) { _, _ -> Response in
                    throw APIError(.methodNotAllowed, "405: Method Not Allowed", headers: [.allow: allow])
                }
            }
        }
    }

    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]
}

/// Adds every route of the control plane to the group `/api/v10`.
package func addControlRoutes(to group: RouterGroup<APIContext>, services: ControlServices) {
    AuthRoutes(services: services).add(to: group)
    UserRoutes(services: services).add(to: group)
    GuildRoutes(services: services).add(to: group)
    ChannelRoutes(services: services).add(to: group)
    OverwriteRoutes(services: services).add(to: group)
    RoleRoutes(services: services).add(to: group)
    MemberRoutes(services: services).add(to: group)
    BanRoutes(services: services).add(to: group)
    InviteRoutes(services: services).add(to: group)
    TierRoutes(services: services).add(to: group)
    StreamKeyRoutes(services: services).add(to: group)
    GatewayRoutes(services: services).add(to: group)
}
