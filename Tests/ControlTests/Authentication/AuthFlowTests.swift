import Crypto
import Foundation
import GRDB
import HTTPTypes
import Testing

@testable import Control

/// FEATURES A1–A10, A13–A15, U2 over HTTP.
struct AuthFlowTests {
    @Test func registeringTwiceWithOneNameOrAddressConflicts() async throws {
        try await TestServer.run { server in
            let first = try await server.post(
                "auth/register", ["username": "Ada", "email": "ada@example.org", "password": "correct horse"])
            #expect(first.status == 201)
            #expect(first["expires_in"] == 3600)
            #expect(first["user"]?["username"] == "Ada")
            #expect(first["user"]?["operator"] == true, "the first account is the operator")
            let name = try await server.post(
                "auth/register", ["username": "aDA", "email": "other@example.org", "password": "correct horse"])
            #expect(name.status == 409)
            #expect(name["errors"]?["username"] != nil)
            let email = try await server.post(
                "auth/register", ["username": "eve", "email": "ADA@example.org", "password": "correct horse"])
            #expect(email.status == 409)
            #expect(email["errors"]?["email"] != nil)
            let second = try await server.post(
                "auth/register", ["username": "eve", "email": "eve@example.org", "password": "correct horse"])
            #expect(second["user"]?["operator"] == false)
        }
    }

    @Test func badRegistrationsNameTheirFaults() async throws {
        try await TestServer.run { server in
            let cases: [(String, JSONValue)] = [
                ("username", ["username": "a", "email": "a@b", "password": "correct horse"]),
                ("username", ["username": "a b", "email": "a@b", "password": "correct horse"]),
                ("username", ["email": "a@b", "password": "correct horse"]),
                ("email", ["username": "ada", "email": "nobody", "password": "correct horse"]),
                ("password", ["username": "ada", "email": "a@b", "password": "short"]),
                ("password", ["username": "ada", "email": "a@b", "password": "Password123"]),
                ("password", ["username": "adalovelace", "email": "a@b", "password": "AdaLovelace"]),
                ("password", ["username": "ada", "email": "a@b", "password": .string(String(repeating: "x", count: 1025))]),
                ("password", ["username": "ada", "email": "a@b", "password": ["$ne": nil]]),
            ]
            for (field, body) in cases {
                let answer = try await server.post("auth/register", body)
                #expect(answer.status == 400, "\(body.text)")
                #expect(answer["errors"]?[field] != nil, "\(body.text) → \(answer.text)")
            }
        }
    }

    @Test func loginTakesNameOrAddressAndTheRightPassword() async throws {
        try await TestServer.run { server in
            _ = try await server.register("ada")
            for login in ["ada", "ADA", "ada@example.org"] {
                let answer = try await server.post("auth/login", ["login": .string(login), "password": .string(TestServer.password)])
                #expect(answer.status == 200)
                #expect(try await server.get("users/@me", token: answer.string("access_token"))["email"] == "ada@example.org")
            }
            #expect(
                try await server.post("auth/login", ["email": "ada@example.org", "password": .string(TestServer.password)]).status == 200)
            let wrong = try await server.post("auth/login", ["login": "ada", "password": "correct horse batterz"])
            let unknown = try await server.post("auth/login", ["login": "nobody", "password": "correct horse batterz"])
            #expect(wrong.status == 401)
            #expect(unknown.status == 401)
            #expect(wrong.text == unknown.text, "an answer must not tell whether the account exists")
        }
    }

    /// A4. Guard: the column holds nothing but Argon2id strings with our parameters.
    @Test func passwordsAreStoredAsArgon2id() async throws {
        try await TestServer.run { server in
            _ = try await server.register("ada")
            let hash = try await server.services.store.read { db in try String.fetchOne(db, sql: "SELECT password_hash FROM users") }
            #expect(hash?.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$") == true)
        }
    }

    /// A5, A8, A9: what an access token says, decoded by hand.
    @Test func anAccessTokenSaysWhoForAnHour() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let parts = ada.token.split(separator: ".")
            let header = try JSONValue(parsing: try #require(Base64URL.decode(parts[0])))
            #expect(header["alg"] == "RS256")
            let claims = try JSONValue(parsing: try #require(Base64URL.decode(parts[1])))
            #expect(claims["sub"] == .string(ada.id))
            #expect(claims["username"] == "ada")
            guard case .int(let exp)? = claims["exp"], case .int(let iat)? = claims["iat"] else { throw TestFailure("times") }
            #expect(exp - iat == 3600)
            #expect(iat == server.clock.now.seconds)
            for claim in ["jti", "sid", "iss", "aud"] { #expect(claims[claim] != nil) }
            // B24: no secret in a token. Its claims are these and no others.
            guard case .object(let object) = claims else { throw TestFailure("claims") }
            #expect(Set(object.members.map(\.key)) == ["sub", "username", "exp", "iat", "jti", "sid", "iss", "aud"])
        }
    }

    /// Guard: `Argon2.isOutdated` in `Accounts.login`. Without it a hash keeps the strength of the year in which its password was set.
    @Test func aHashOfFormerParametersIsRenewedWhenItsOwnerSignsIn() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let id = try #require(Snowflake(ada.id))
            let former = try Argon2.hash(TestServer.password, Argon2.Parameters(memoryKiB: 8192, passes: 1, lanes: 1))
            try await server.services.store.write { tx in try UserTable.setPasswordHash(tx.db, former, of: id) }
            let stored: @Sendable () async throws -> String? = {
                try await server.services.store.read { db in try UserTable.passwordHash(db, of: id) }
            }
            #expect(try await server.post("auth/login", ["login": "ada", "password": "not it, not it"]).status == 401)
            #expect(try await stored() == former, "a wrong password renews nothing")
            let first = try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)])
            #expect(first.status == 200)
            let renewed = try #require(try await stored())
            #expect(renewed.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
            #expect(try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)]).status == 200)
            #expect(try await stored() == renewed, "once")
            #expect(try await server.get("users/@me", token: first.string("access_token")).status == 200)
        }
    }

    /// B24: what one person sees of another, and what the gateway sends in READY and GUILD_CREATE, holds no address, hash or token.
    @Test func nothingSecretIsShownToOthers() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let guild = try await server.makeGuild(ada)
            try await server.invite(grace, to: guild, by: ada)
            let voice = try await server.channels(of: guild, ada).voice
            let key = try await server.post("channels/\(voice)/stream-keys", [:], token: ada.token).string("key")
            let id = try #require(Snowflake(guild))
            let snapshot = try #require(try await server.services.store.guildSnapshot(id))
            let user = try #require(Snowflake(grace.id))
            var shown = [
                snapshot.guildCreatePayload(for: user, voiceStates: [], presences: []).text, snapshot.guild.payload.text,
            ]
            for path in [
                "guilds/\(guild)", "guilds/\(guild)/members?limit=100", "guilds/\(guild)/members/\(ada.id)",
                "channels/\(voice)/stream-keys",
            ] {
                shown.append(try await server.get(path, token: grace.token).text)
            }
            for text in shown {
                for secret in ["ada@example.org", "argon2", "password", "email", ada.refresh, ada.token, key] {
                    #expect(!text.contains(secret), "\(secret) in \(text.prefix(80))")
                }
            }
            // The owner's own copy is the only one with an address in it.
            #expect(try await server.get("users/@me", token: ada.token).text.contains("ada@example.org"))
        }
    }

    @Test func anExpiredTokenIsRefused() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            server.clock.advance(by: .seconds(3599))
            #expect(try await server.get("users/@me", token: ada.token).status == 200)
            server.clock.advance(by: .seconds(1))
            #expect(try await server.get("users/@me", token: ada.token).status == 401)
        }
    }

    /// A3. Guard: `ActiveSessions.revoke` before the answer; without it the cached session lets the old token in.
    @Test func afterLogoutBothTokensAreDead() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            #expect(try await server.get("users/@me", token: ada.token).status == 200)
            #expect(try await server.post("auth/logout", token: ada.token).status == 204)
            #expect(server.sink.names == ["sessionsRevoked"])
            #expect(try await server.get("users/@me", token: ada.token).status == 401)
            #expect(try await server.post("auth/refresh", ["refresh_token": .string(ada.refresh)]).status == 401)
        }
    }

    @Test func aChangedPasswordEndsEverySessionAndGivesANewOne() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let other = try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)])
            let refused = try await server.patch("users/@me", ["new_password": "battery staple"], token: ada.token)
            #expect(refused.status == 400, "the current password is asked for")
            let wrong = try await server.patch("users/@me", ["password": "nonsense", "new_password": "battery staple"], token: ada.token)
            #expect(wrong.status == 400)
            server.sink.clear()
            let changed = try await server.patch(
                "users/@me", ["password": .string(TestServer.password), "new_password": "battery staple"], token: ada.token)
            #expect(changed.status == 200)
            #expect(server.sink.names == ["userUpdated", "sessionsRevoked"])
            for token in [ada.token, other.string("access_token")] {
                #expect(try await server.get("users/@me", token: token).status == 401)
            }
            #expect(try await server.get("users/@me", token: changed.string("access_token")).status == 200)
            #expect(try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)]).status == 401)
            #expect(try await server.post("auth/login", ["login": "ada", "password": "battery staple"]).status == 200)
        }
    }

    @Test func profileChangesReachOthers() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            _ = try await server.register("grace")
            let taken = try await server.patch(
                "users/@me", ["username": "Grace", "password": .string(TestServer.password)], token: ada.token)
            #expect(taken.status == 409)
            let named = try await server.patch("users/@me", ["global_name": "Ada L."], token: ada.token)
            #expect(named["global_name"] == "Ada L.")
            let cleared = try await server.patch("users/@me", ["global_name": nil], token: ada.token)
            #expect(cleared["global_name"] == .null)
            #expect(server.sink.names == ["userUpdated", "userUpdated"])
        }
    }

    /// A11: sessions are in the database; a restart keeps them, and keeps revoked ones dead.
    @Test func sessionsOutliveARestart() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock()
        let (kept, ended) = try await TestServer.run(in: directory.path, clock: clock) { server in
            let kept = try await server.register("ada").token
            let ended = try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)]).string(
                "access_token")
            _ = try await server.post("auth/logout", token: ended)
            return (kept, ended)
        }
        try await TestServer.run(in: directory.path, clock: clock) { server in
            let alive = try await server.get("users/@me", token: kept)
            #expect(alive.status == 200)
            let dead = try await server.get("users/@me", token: ended)
            #expect(dead.status == 401)
        }
    }

    /// A15, L3. Guard: the attempt limiter.
    @Test func theSixthAttemptInAMinuteIsRefused() async throws {
        var configuration = TestServer.wideConfiguration
        configuration.authAttempts = ControlConfiguration().authAttempts
        configuration.trustedProxies = ["unknown"]
        try await TestServer.run(configuration) { server in
            let here: HTTPFields = [.xForwardedFor: "203.0.113.7"]
            func attempt(_ headers: HTTPFields) async throws -> TestServer.Answer {
                try await server.post("auth/login", ["login": "ada", "password": "x"], headers: headers)
            }
            for _ in 0..<5 { #expect(try await attempt(here).status == 401) }
            let sixth = try await attempt(here)
            #expect(sixth.status == 429)
            #expect(sixth.headers[.retryAfter] == "12", "one token in 12 s")
            #expect(sixth.headers[.via] != nil)
            #expect(sixth["retry_after"] != nil)
            #expect(sixth["global"] == false)
            #expect(try await attempt([.xForwardedFor: "203.0.113.8"]).status == 401, "another address is not held up")
            // What a client writes left of its proxy's entry buys nothing.
            #expect(try await attempt([.xForwardedFor: "198.51.100.1, 203.0.113.7"]).status == 429)
            server.clock.advance(by: .seconds(12))
            #expect(try await attempt(here).status == 401)
            #expect(try await attempt(here).status == 429)
        }
    }

    @Test func registrationByInviteAndClosed() async throws {
        var byInvite = TestServer.wideConfiguration
        byInvite.registration = .invite
        try await TestServer.run(byInvite) { server in
            let ada = try await server.register("ada")
            let guild = try await server.makeGuild(ada)
            let text = try await server.channels(of: guild, ada).text
            let code = try await server.post("channels/\(text)/invites", ["max_uses": 1], token: ada.token).string("code")
            let body: JSONValue = ["username": "eve", "email": "eve@example.org", "password": .string(TestServer.password)]
            #expect(try await server.post("auth/register", body)["errors"]?["invite"] != nil)
            guard case .object(var object) = body else { return }
            object["invite"] = "nonsense"
            #expect(try await server.post("auth/register", .object(object))["code"] == 10006)
            object["invite"] = .string(code)
            let eve = try await server.post("auth/register", .object(object))
            #expect(eve.status == 201)
            #expect(try await server.get("users/@me/guilds", token: eve.string("access_token")).elements.count == 1)
            object["username"] = "trudy"
            object["email"] = "trudy@example.org"
            #expect(try await server.post("auth/register", .object(object))["code"] == 10006, "the invite is used up")
        }
        var closed = TestServer.wideConfiguration
        closed.registration = .closed
        try await TestServer.run(closed) { server in
            _ = try await server.register("operator")
            let answer = try await server.post(
                "auth/register", ["username": "eve", "email": "eve@example.org", "password": .string(TestServer.password)])
            #expect(answer.status == 403)
        }
    }

    /// A14.
    @Test func endedSessionsArePurged() async throws {
        try await TestServer.run { server in
            _ = try await server.register("ada")
            let grace = try await server.register("grace")
            _ = try await server.post("auth/logout", token: grace.token)
            #expect(
                try await server.services.accounts.purge() == 0, "a revoked session is kept while its access token could still be shown")
            server.clock.advance(by: .seconds(3700))
            #expect(try await server.services.accounts.purge() == 1)
            server.clock.advance(by: .seconds(7 * 24 * 3600))
            #expect(try await server.services.accounts.purge() == 1)
            let rows = try await server.services.store.read { db in
                try Int.fetchOne(db, sql: "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM refresh_tokens)")
            }
            #expect(rows == 0)
        }
    }

    /// Bound: sessions of one user.
    @Test func theFiftyFirstSessionEndsTheFirst() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let user = try #require(Snowflake(ada.id))
            try await server.services.store.write { tx in
                for index in 0..<50 {
                    try SessionTable.insert(
                        tx.db,
                        Session(
                            id: Snowflake(UInt64.max >> 1 - UInt64(index)), userID: user, createdAt: tx.now,
                            expiresAt: tx.now.advanced(by: .seconds(60)), revokedAt: nil))
                }
            }
            _ = try await server.post("auth/login", ["login": "ada", "password": .string(TestServer.password)])
            #expect(try await server.get("users/@me", token: ada.token).status == 401)
        }
    }
}
