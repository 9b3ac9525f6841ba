import Foundation
import GRDB
import Logging

/// Everything that routes need, put together once.
package struct ControlServices: Sendable {
    package let store: Store
    package let authenticator: Authenticator
    package let accounts: Accounts
    package let passwords: PasswordHasher
    package let configuration: ControlConfiguration
    package let clock: Clock
    package let snowflakes: SnowflakeGenerator
    package let voice: any VoiceActions
    /// Components of `/ready` by name: each says whether it can work now. Parley adds the media plane's.
    package var readiness: [(name: String, isUp: @Sendable () async -> Bool)]
    /// Limits of requests, by user and address, and of sign-in attempts.
    let limits: RateLimits

    /// Opens the database `parley.sqlite` and the key `jwt.pem` in the data directory.
    ///
    /// - Parameters:
    ///   - data: the directory; it must exist.
    ///   - sink: hears what was committed, after the authenticator has.
    ///   - voice: does to live connections what moderators ask.
    /// - Throws: `StoreError`, `SigningKey.Failure`, `DatabaseError`.
    package static func start(
        data: String, configuration: ControlConfiguration, sink: any DomainEventSink, voice: any VoiceActions, clock: Clock = .system,
        passwords: PasswordHasher = PasswordHasher(), logger: Logger = Logger(label: "parley.control")
    ) async throws -> ControlServices {
        let key = try SigningKey.load(path: data + "/jwt.pem") { logger.warning("\($0)") }
        let sessions = ActiveSessions()
        let store = try await Store.open(path: data + "/parley.sqlite", sink: RevocationFirst(sessions: sessions, next: sink), clock: clock)
        let tokens = try await AccessTokens(
            key: key, issuer: configuration.issuer, lifetime: configuration.accessTokenLifetime, clock: clock)
        return ControlServices(
            store: store, authenticator: Authenticator(tokens: tokens, store: store, sessions: sessions, clock: clock),
            accounts: Accounts(store: store, passwords: passwords, tokens: tokens, configuration: configuration), passwords: passwords,
            configuration: configuration, clock: clock, snowflakes: store.snowflakes, voice: voice,
            readiness: [("database", { (try? await store.read { db in try Int.fetchOne(db, sql: "SELECT 1") }) == 1 })],
            limits: RateLimits(configuration, clock: clock))
    }
}

/// Takes revoked sessions out of the cache before anyone else hears: when logout is answered, the token is dead.
private struct RevocationFirst: DomainEventSink {
    let sessions: ActiveSessions
    let next: any DomainEventSink

    func publish(_ event: DomainEvent, commit: UInt64) {
        if case .sessionsRevoked(let user, let revoked) = event { sessions.revoke(revoked, of: user) }
        next.publish(event, commit: commit)
    }

    var hasRoom: Bool { next.hasRoom }
}
