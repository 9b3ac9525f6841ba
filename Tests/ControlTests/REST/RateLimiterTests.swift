import HTTPTypes
import Testing

@testable import Control

/// Table F row 21.
struct RateLimiterTests {
    @Test func aBucketHoldsItsCountAndRefillsEvenly() {
        let clock = TestClock()
        let limiter = RateLimiter(.init(count: 5, window: .seconds(60)), clock: clock.clock)
        #expect((0..<5).map { _ in limiter.take("a").remaining } == [4, 3, 2, 1, 0])
        let refused = limiter.take("a")
        #expect(!refused.isAllowed)
        #expect(refused.retryAfter == .seconds(12))
        #expect(limiter.take("b").isAllowed, "buckets are apart")
        clock.advance(by: .milliseconds(11_999))
        #expect(!limiter.take("a").isAllowed)
        clock.advance(by: .milliseconds(1))
        #expect(limiter.take("a").isAllowed)
        #expect(!limiter.take("a").isAllowed)
        clock.advance(by: .seconds(3600))
        #expect((0..<6).map { _ in limiter.take("a").isAllowed } == [true, true, true, true, true, false], "never more than a bucketful")
    }

    /// Refused tries do not lengthen the wait: an honest client comes back.
    @Test func refusalsCostNothing() {
        let clock = TestClock()
        let limiter = RateLimiter(.init(count: 1, window: .seconds(10)), clock: clock.clock)
        #expect(limiter.take("a").isAllowed)
        for _ in 0..<1000 { _ = limiter.take("a") }
        clock.advance(by: .seconds(10))
        #expect(limiter.take("a").isAllowed)
    }

    @Test func aClockThatStepsBackLocksNobodyOut() {
        let clock = TestClock()
        let limiter = RateLimiter(.init(count: 2, window: .seconds(10)), clock: clock.clock)
        _ = limiter.take("a")
        clock.advance(by: .seconds(-86_400))
        clock.advance(by: .seconds(10))
        #expect(limiter.take("a").isAllowed)
    }

    /// Bound: keys. Guard: `makeRoom`.
    @Test func memoryIsBoundedWhateverComes() {
        let clock = TestClock()
        let limiter = RateLimiter(.init(count: 5, window: .seconds(60)), clock: clock.clock)
        for _ in 0..<5 { _ = limiter.take("persistent") }
        for index in 0..<(RateLimiter.capacity + 100) { _ = limiter.take("k\(index)") }
        #expect(limiter.keyCount <= RateLimiter.capacity)
        #expect(!limiter.take("persistent").isAllowed, "a flood of keys does not free the one that is over its limit")
        clock.advance(by: .seconds(120))
        for index in 0..<(RateLimiter.capacity / 2) { _ = limiter.take("late\(index)") }
        #expect(limiter.keyCount == RateLimiter.capacity / 2, "buckets that are full again are forgotten first")
    }

    /// bot-contract §8: the headers on every answer, the shape of a refusal, and `Via`.
    @Test func answersSayHowMuchIsLeft() async throws {
        var configuration = TestServer.wideConfiguration
        configuration.userRequests = .init(count: 3, window: .seconds(30))
        try await TestServer.run(configuration) { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let first = try await server.get("users/@me", token: ada.token)
            #expect(first.headers[.rateLimitLimit] == "3")
            #expect(first.headers[.rateLimitRemaining] == "2")
            #expect(first.headers[.rateLimitResetAfter] == "10.000")
            #expect(first.headers[.rateLimitReset] == "1790000010.000")
            #expect(first.headers[.rateLimitBucket] == "user")
            _ = try await server.get("users/@me", token: ada.token)
            _ = try await server.get("users/@me", token: ada.token)
            let refused = try await server.get("users/@me", token: ada.token)
            #expect(refused.status == 429)
            #expect(refused["message"] == "You are being rate limited.")
            #expect(refused["retry_after"] == .double(10))
            #expect(refused["global"] == false)
            #expect(refused.headers[.retryAfter] == "10")
            #expect(refused.headers[.via] == "1.1 parley")
            #expect(refused.headers[.rateLimitScope] == "user")
            #expect(try await server.get("users/@me", token: grace.token).status == 200, "another user is not held up")
        }
    }

    @Test func addressesAreLimitedToo() async throws {
        var configuration = TestServer.wideConfiguration
        configuration.addressRequests = .init(count: 2, window: .seconds(10))
        configuration.trustedProxies = ["unknown"]
        try await TestServer.run(configuration) { server in
            func ask(_ address: String) async throws -> Int { try await server.get("gateway", headers: [.xForwardedFor: address]).status }
            var statuses: [Int] = []
            // The same /64 is the same customer; another is another, and so is an IPv4 address.
            for address in ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2:3::4", "2001:db8:1:3::1", "192.0.2.1"] {
                statuses.append(try await ask(address))
            }
            #expect(statuses == [200, 200, 429, 200, 200])
        }
    }
}

struct ClientAddressTests {
    @Test func onlyTrustedProxiesAreBelieved() {
        let trusted: Set = ["10.0.0.1", "10.0.0.2"]
        func resolve(_ peer: String, _ forwarded: String...) -> String {
            ClientAddress.resolve(peer: peer, forwarded: forwarded, trusted: trusted)
        }
        #expect(resolve("203.0.113.1", "198.51.100.7") == "203.0.113.1", "a client cannot choose its address")
        #expect(resolve("10.0.0.1", "198.51.100.7") == "198.51.100.7")
        #expect(resolve("10.0.0.1", "1.2.3.4, 198.51.100.7, 10.0.0.2") == "198.51.100.7")
        #expect(resolve("10.0.0.1", "1.2.3.4", "198.51.100.7") == "198.51.100.7")
        #expect(resolve("10.0.0.1") == "10.0.0.1")
        #expect(resolve("10.0.0.1", "nonsense") == "10.0.0.1")
        #expect(ClientAddress.key(for: "::ffff:192.0.2.1") != ClientAddress.key(for: "::ffff:192.0.2.2"))
    }
}
