import Foundation
import Hummingbird
import Testing
import Yams

@testable import Control

/// The document and the router must say the same.
struct OpenAPITests {
    private func document() throws -> [String: Any] {
        let text = String(decoding: OpenAPIDocument.bytes, as: UTF8.self)
        return try #require(try Yams.load(yaml: text) as? [String: Any])
    }

    /// `GET /api/v10/guilds/{guild_id}` → its operation.
    private func operations() throws -> [String: [String: Any]] {
        let paths = try #require(try document()["paths"] as? [String: [String: Any]])
        var operations: [String: [String: Any]] = [:]
        for (path, item) in paths {
            for (method, operation) in item where method != "parameters" {
                operations["\(method.uppercased()) \(path)"] = operation as? [String: Any]
            }
        }
        return operations
    }

    /// Guard: a route that is added without its lines in openapi.yaml, or removed without taking them out, fails here.
    @Test func everyRouteIsDocumentedAndNothingElse() async throws {
        let documented = try operations()
        // WHIP and WHEP are Signaling's; its tests compare the composed router.
        let ours = documented.filter { !$0.key.contains("/whip") && !$0.key.contains("/whep") }
        let routes = try await ControlRoutes.all()
        #expect(Set(ours.keys).symmetricDifference(routes) == [])
    }

    @Test func pathParametersAreDeclared() throws {
        let paths = try #require(try document()["paths"] as? [String: [String: Any]])
        for (path, item) in paths {
            let named = Set(path.matches(of: /\{(\w+)\}/).map { String($0.output.1) })
            let declared = Set((item["parameters"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String })
            #expect(named == declared, "\(path)")
        }
    }

    @Test func referencesLeadSomewhere() throws {
        let root = try document()
        let text = String(decoding: OpenAPIDocument.bytes, as: UTF8.self)
        for match in text.matches(of: /#\/([\w\/]+)/) {
            var node: Any? = root
            for part in match.output.1.split(separator: "/") { node = (node as? [String: Any])?[String(part)] }
            #expect(node != nil, "\(match.output.0)")
        }
        let names = try operations().values.compactMap { $0["operationId"] as? String }
        #expect(Set(names).count == names.count)
    }

    /// What routes without a token may be used is said in the document, and true.
    @Test func publicRoutesAreTheOnesThatAnswerNobody() async throws {
        let isPublic = try operations().filter { !$0.key.contains("/whip") && !$0.key.contains("/whep") }
            .mapValues { ($0["security"] as? [Any])?.isEmpty == true }
        try await TestServer.run { server in
            for (name, isPublic) in isPublic.sorted(by: { $0.key < $1.key }) {
                let parts = name.split(separator: " ").map(String.init)
                let path = parts[1].replacing(/\{\w+\}/, with: "1")
                let answer = try await server.request(try #require(.init(parts[0])), path)
                #expect((answer.status == 401) == !isPublic, "\(name) → \(answer.status)")
            }
        }
    }

    @Test func theDocumentIsServed() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/openapi.yaml")
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/yaml")
            #expect(answer.text.contains("openapi: 3.1.0"))
        }
    }
}

/// The routes as the router holds them, before the 405 answers are added.
enum ControlRoutes {
    static func all() async throws -> Set<String> {
        let directory = try TemporaryDirectory()
        try SharedKey.install(in: directory.path)
        let services = try await ControlServices.start(
            data: directory.path, configuration: ControlConfiguration(), sink: NoEventSink(), voice: NoVoice())
        let router = ControlAPI.makeRouter(services)
        addControlRoutes(to: ControlAPI.group(router, services), services: services)
        let routes = Set(router.routes.map { "\($0.method) \($0.path)" })
        try await services.store.close()
        return routes
    }
}
