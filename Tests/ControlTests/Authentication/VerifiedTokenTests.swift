import Crypto
import Foundation
import Synchronization
import Testing

@testable import Control

/// Access tokens that were seen before are not verified again; what can change about them is looked at each time.
struct VerifiedTokenTests {
    private final class Time: Sendable {
        private let ahead = Mutex(Duration.zero)
        var clock: Clock { Clock { Clock.system.now().advanced(by: self.ahead.withLock { $0 }) } }
        func advance(by time: Duration) { ahead.withLock { $0 += time } }
    }

    private func tokens(_ clock: Clock) async throws -> AccessTokens {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = try SigningKey.load(path: folder.appendingPathComponent("key.pem").path)
        return try await AccessTokens(key: key, issuer: "https://parley.test", lifetime: .seconds(3600), clock: clock)
    }

    private static let user = User(
        id: Snowflake(5), username: "ada", email: "ada@parley.test", globalName: nil, avatar: nil, isBot: false, isOperator: false,
        createdAt: Timestamp(milliseconds: 0), updatedAt: Timestamp(milliseconds: 0))

    /// Guard: `principal` after a hit. Without it a token that was seen once would be good for ever, or before its time.
    @Test func aTokenRunsOutThoughItWasSeen() async throws {
        let time = Time()
        let tokens = try await tokens(time.clock)
        let token = try await tokens.issue(user: Self.user, session: Snowflake(7))
        #expect(await tokens.verify(token)?.sessionID == Snowflake(7))
        #expect(tokens.verified.count == 1)
        #expect(await tokens.verify(token) == tokens.verify(token))
        time.advance(by: .seconds(-60))
        #expect(await tokens.verify(token) == nil, "it is not yet issued")
        time.advance(by: .seconds(60 + 3598))
        #expect(await tokens.verify(token) != nil)
        time.advance(by: .seconds(3))
        #expect(await tokens.verify(token) == nil)
    }

    @Test func whatDiffersInOneCharacterIsAnotherToken() async throws {
        let tokens = try await tokens(.system)
        let token = try await tokens.issue(user: Self.user, session: Snowflake(7))
        #expect(await tokens.verify(token) != nil)
        for index in stride(from: 0, to: token.utf8.count, by: 7) {
            var bytes = Array(token.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(await tokens.verify(String(decoding: bytes, as: UTF8.self)) == nil)
        }
        #expect(tokens.verified.count == 1, "only good ones are kept")
    }

    /// Guard: the generations in `keep`.
    @Test func noMoreThanTwoGenerationsAreKept() throws {
        let verified = VerifiedTokens()
        let claims = AccessClaims(exp: 1, iat: 0, aud: "", iss: "", jti: "", sid: "1", sub: "1", username: "ada")
        let first = SHA256.hash(data: Data("first".utf8))
        verified.insert(claims, first)
        for number in 0..<(3 * VerifiedTokens.capacity) {
            verified.insert(claims, SHA256.hash(data: Data("\(number)".utf8)))
            // One that is shown again and again stays.
            #expect(number % 1000 != 0 || verified.claims(first) != nil)
            guard verified.count <= 2 * VerifiedTokens.capacity else { return #expect(Bool(false), "\(verified.count) are kept") }
        }
        #expect(verified.claims(SHA256.hash(data: Data("0".utf8))) == nil, "the oldest went")
    }

    @Test func seenTokensCostLittle() async throws {
        let tokens = try await tokens(.system)
        let all = try await [tokens.issue(user: Self.user, session: Snowflake(7)), tokens.issue(user: Self.user, session: Snowflake(8))]
        func cost(_ rounds: Int, _ token: String) async -> Double {
            let clock = ContinuousClock()
            let time = await clock.measure { for _ in 0..<rounds { _ = await tokens.verify(token) } }
            return Double(time.components.attoseconds) / 1e12 / Double(rounds)
        }
        let first = await cost(1, all[0])
        let again = await cost(1000, all[0])
        print("figure: access token verified in \(first) µs, seen before in \(again) µs (debug build)")
        #expect(again < first)
    }
}
