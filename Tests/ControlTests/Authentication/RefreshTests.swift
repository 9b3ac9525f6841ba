import Foundation
import GRDB
import Testing

@testable import Control

/// A6, A7: rotation, families, and the grace that keeps two tabs signed in.
struct RefreshTests {
    private func refresh(_ server: TestServer, _ token: String) async throws -> TestServer.Answer {
        try await server.post("auth/refresh", ["refresh_token": .string(token)])
    }

    @Test func eachUseGivesANewPairOfTheSameSession() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            server.clock.advance(by: .seconds(1800))
            let second = try await refresh(server, ada.refresh)
            #expect(second.status == 200)
            #expect(second.string("refresh_token") != ada.refresh)
            #expect(try sid(second.string("access_token")) == sid(ada.token))
            #expect(try await server.get("users/@me", token: second.string("access_token")).status == 200)
        }
    }

    /// Guard: the check for `replacedAt` in `Accounts.maySucceed`. Without it a stolen token stays good for a week.
    @Test func aReplacedTokenThatComesAgainEndsTheFamily() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let second = try await refresh(server, ada.refresh)
            server.clock.advance(by: .seconds(31))
            server.sink.clear()
            #expect(try await refresh(server, ada.refresh).status == 401)
            #expect(server.sink.names == ["sessionsRevoked"], "open sockets must hear")
            #expect(try await refresh(server, second.string("refresh_token")).status == 401)
            #expect(try await server.get("users/@me", token: second.string("access_token")).status == 401)
        }
    }

    /// Guard: the grace. With `refreshGrace` at zero this fails: one of the two tabs is signed out.
    @Test func twoTabsThatRefreshAtOnceBothStayIn() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            async let one = refresh(server, ada.refresh)
            async let two = refresh(server, ada.refresh)
            let tabs = try await [one, two]
            #expect(tabs.map(\.status) == [200, 200])
            #expect(Set(tabs.map { $0.string("refresh_token") }).count == 2)
            // Each goes its own way from here, an hour later too.
            server.clock.advance(by: .seconds(3600))
            for tab in tabs { #expect(try await refresh(server, tab.string("refresh_token")).status == 200) }
        }
    }

    /// Guard: `Accounts.endExpired` publishing what it ends, and `runMaintenance` calling it. Without either, sockets of a session that ran out
    /// stay open for ever.
    @Test(.timeLimit(.minutes(1))) func aSessionThatRunsOutIsToldLikeARevokedOne() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            server.clock.advance(by: .seconds(6 * 24 * 3600))
            #expect(try await refresh(server, grace.refresh).status == 200)
            server.sink.clear()
            server.clock.advance(by: .seconds(24 * 3600 - 1))
            #expect(try await server.services.accounts.endExpired() == 0, "a second is left")
            server.clock.advance(by: .seconds(1))
            let services = server.services
            let maintenance = Task { try await services.runMaintenance(lookingForExpiredEvery: .milliseconds(5)) }
            defer { maintenance.cancel() }
            await server.sink.hears("sessionsRevoked")
            guard case .sessionsRevoked(let user, let sessions)? = server.sink.all.first?.event else { return #expect(Bool(false)) }
            #expect(user.description == ada.id)
            #expect(try sessions?.map { JSONValue.id($0) } == [#require(try sid(ada.token))])
            #expect(server.sink.names.count == 1, "grace's was renewed")
            #expect(try await server.services.accounts.endExpired() == 0, "it ends once")
        }
    }

    /// The bound of one write, and that what is beyond it follows.
    @Test func manySessionsThatRunOutTogetherEndInGroups() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let count = Accounts.maximumExpiredAtOnce * 2 + 1
            let now = server.clock.now
            try await server.services.store.write { tx in
                for index in 1..<count {
                    try SessionTable.insert(
                        tx.db,
                        Session(
                            id: Snowflake(UInt64(index)), userID: try #require(Snowflake(ada.id)), createdAt: now,
                            expiresAt: now.advanced(by: .seconds(60)), revokedAt: nil))
                }
            }
            server.clock.advance(by: .seconds(8 * 24 * 3600))
            let before = server.services.store.commitCount
            #expect(try await server.services.accounts.endExpired() == count)
            #expect(server.services.store.commitCount - before == 3)
        }
    }

    /// The grace is for the token just replaced, not for its ancestors.
    @Test func onceASuccessorWasUsedTheGraceIsOver() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let second = try await refresh(server, ada.refresh)
            #expect(try await refresh(server, second.string("refresh_token")).status == 200)
            #expect(try await refresh(server, ada.refresh).status == 401)
        }
    }

    /// Bound: siblings of one token.
    @Test func theGraceIsNotAFountain() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            for _ in 0..<Accounts.maximumSiblings { #expect(try await refresh(server, ada.refresh).status == 200) }
            #expect(try await refresh(server, ada.refresh).status == 401)
        }
    }

    @Test func aTokenNobodyIssuedHarmsNobody() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            for token in ["", "prt_", "prt_" + String(repeating: "A", count: 43), ada.token, String(repeating: "x", count: 100_000)] {
                #expect(try await refresh(server, token).status == 401 || token.count > 1024 || token.isEmpty)
            }
            #expect(try await server.get("users/@me", token: ada.token).status == 200)
            #expect(try await refresh(server, ada.refresh).status == 200)
        }
    }

    @Test func aWeekUnusedIsTheEnd() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            server.clock.advance(by: .seconds(7 * 24 * 3600 - 1))
            #expect(try await refresh(server, ada.refresh).status == 200)
            server.clock.advance(by: .seconds(1))
            #expect(try await refresh(server, grace.refresh).status == 401)
        }
    }

    /// A client that sends its expired access token along must still be able to renew it and to sign out.
    @Test func anExpiredAccessTokenIsNoObstacle() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            server.clock.advance(by: .seconds(4000))
            let renewed = try await server.post("auth/refresh", ["refresh_token": .string(ada.refresh)], token: ada.token)
            #expect(renewed.status == 200)
            let out = try await server.post("auth/logout", ["refresh_token": renewed["refresh_token"] ?? .null], token: ada.token)
            #expect(out.status == 204)
            #expect(try await server.get("users/@me", token: renewed.string("access_token")).status == 401)
            #expect(try await server.post("auth/logout", token: ada.token).status == 401)
        }
    }

    /// B24: whoever reads the database cannot sign in with what stands there.
    @Test func refreshTokensAreStoredAsHashesOnly() async throws {
        let directory = try TemporaryDirectory()
        try await TestServer.run(in: directory.path) { server in
            let ada = try await server.register("ada")
            let second = try await refresh(server, ada.refresh).string("refresh_token")
            for name in ["parley.sqlite", "parley.sqlite-wal"] {
                let bytes = FileManager.default.contents(atPath: directory.path + "/" + name) ?? Data()
                for secret in [ada.refresh, second, ada.token, TestServer.password] {
                    #expect(bytes.range(of: Data(secret.utf8)) == nil)
                    #expect(bytes.range(of: Data(secret.dropFirst(4).utf8)) == nil)
                }
            }
        }
    }

    private func sid(_ token: String) throws -> JSONValue? {
        try JSONValue(parsing: try #require(Base64URL.decode(token.split(separator: ".")[1])))["sid"]
    }
}
