import Control
import Hummingbird
import Testing

@testable import Signaling

/// The API as the executable puts it together: Control's routes and Signaling's in one router. Each half is compared with the document and
/// held by its own permission oracle (`PermissionOracleTests` of Control, `MediaOracleTests` here); nothing may lie between the halves.
///
/// Guards, each seen red by hand: a route added to `HTTPMediaRoutes.add` without its lines in openapi.yaml, and a row taken out of
/// `MediaOracleTests.rows`.
@Suite struct ComposedRouterTests {
    @Test func theDocumentSaysWhatTheRouterHas() async throws {
        try await LiveServer.run { server in
            let documented = Self.operations(in: String(decoding: OpenAPIDocument.bytes, as: UTF8.self))
            #expect(documented.count > 50, "the document was not read")
            let routes = await Self.composed(server)
            #expect(documented.subtracting(routes) == [], "documented, but no route")
            #expect(routes.subtracting(documented) == [], "a route that is not documented")
        }
    }

    /// Whatever is not among Control's own routes, which Control's oracle must have rows for, has its rows in the oracle here.
    @Test func everyRouteIsInAnOracle() async throws {
        try await LiveServer.run { server in
            let own = Self.names(Self.control(server))
            let rows = Set(
                MediaOracleTests.rows.map { row in
                    let parts = row.route.split(separator: " ")
                    return "\(parts[0]) /api/v10/channels/{channel_id}/\(parts[1])"
                })
            #expect(await Self.composed(server).subtracting(own) == rows)
            #expect(MediaOracleTests.rows.allSatisfy { $0.expected.count == MediaOracleTests.actors.count })
        }
    }

    private static func control(_ server: LiveServer) -> (router: Router<APIContext>, group: RouterGroup<APIContext>) {
        let router = ControlAPI.makeRouter(server.services)
        let group = ControlAPI.group(router, server.services)
        addControlRoutes(to: group, services: server.services)
        return (router, group)
    }

    /// As `Server.router` does it, before the page and the answers of 405.
    private static func composed(_ server: LiveServer) async -> Set<String> {
        let made = control(server)
        await HTTPMediaRoutes(services: server.services, plane: server.plane).add(to: made.group)
        return names(made)
    }

    private static func names(_ made: (router: Router<APIContext>, group: RouterGroup<APIContext>)) -> Set<String> {
        Set(made.router.routes.map { "\($0.method.rawValue) \($0.path.description)" })
    }

    private static let methods: Set<Substring> = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]

    /// `POST /path` of every operation: paths stand two blanks deep, methods four. Control's tests read the document as YAML; this is
    /// enough of it for our own file.
    private static func operations(in document: String) -> Set<String> {
        var operations: Set<String> = []
        var path: Substring = ""
        for line in document.split(separator: "\n") where line.hasSuffix(":") {
            if line.hasPrefix("  /") { path = line.dropFirst(2).dropLast() }
            let name = line.dropFirst(4).dropLast()
            if line.hasPrefix("    "), methods.contains(name) { operations.insert("\(name.uppercased()) \(path)") }
        }
        return operations
    }
}
