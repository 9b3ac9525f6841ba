import HTTPTypes
import Testing

@testable import Control

/// H3, table F: a foreign page may change nothing here and read nothing.
struct OriginTests {
    private func headers(_ origin: String) -> HTTPFields { [.origin: origin] }

    /// Guard: `OriginGuard`.
    @Test func aForeignOriginChangesNothing() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            for origin in ["https://evil.example", "null", "http://localhost.evil.example", "https://localhost:99999", "file://"] {
                let answer = try await server.request(.post, "guilds", ["name": "Evil"], token: ada.token, headers: headers(origin))
                #expect(answer.status == 403, "\(origin)")
                let read = try await server.get("users/@me", token: ada.token, headers: headers(origin))
                #expect(read.headers[.accessControlAllowOrigin] == nil, "\(origin)")
                let preflight = try await server.request(
                    .options, "guilds", headers: [.origin: origin, .accessControlRequestMethod: "POST"])
                #expect(preflight.status == 403)
            }
            #expect(try await server.get("users/@me/guilds", token: ada.token).elements.isEmpty)
        }
    }

    @Test func theOwnPageAndConfiguredOnesMay() async throws {
        var configuration = TestServer.wideConfiguration
        configuration.allowedOrigins = ["https://app.example"]
        try await TestServer.run(configuration) { server in
            let ada = try await server.register("ada", headers: headers("http://localhost"))
            let answer = try await server.request(
                .post, "guilds", ["name": "Fine"], token: ada.token, headers: headers("https://app.example"))
            #expect(answer.status == 201)
            #expect(answer.headers[.accessControlAllowOrigin] == "https://app.example")
            #expect(answer.headers[.vary] == "Origin")
            let preflight = try await server.request(
                .options, "guilds", headers: [.origin: "https://app.example", .accessControlRequestMethod: "POST"])
            #expect(preflight.status == 204)
            #expect(preflight.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
        }
    }

    @Test func everyAnswerCarriesTheSafeHeaders() async throws {
        try await TestServer.run { server in
            for path in ["gateway", "users/@me", "nothing"] {
                let answer = try await server.get(path)
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.headers[.xTraceID]?.count == 32)
                #expect(answer.headers[.contentType] == "application/json", "discord.py compares for equality")
            }
        }
    }

    @Test func readinessNamesItsComponents() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/ready")
            #expect(answer.status == 200)
            #expect(answer["components"]?["database"]?["status"] == "ok")
            #expect(try await server.get("/health")["status"] == "ok")
        }
    }

    @Test func theGatewayURLFollowsTheRequest() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("gateway")
            #expect(answer["url"] == "ws://localhost/gateway")
        }
        var configuration = TestServer.wideConfiguration
        configuration.publicURL = "https://chat.example/"
        try await TestServer.run(configuration) { server in
            let answer = try await server.get("gateway")
            #expect(answer["url"] == "wss://chat.example/gateway")
        }
    }
}
