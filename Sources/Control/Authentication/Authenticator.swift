import Foundation

/// Decides who a token speaks for: the one door for REST, gateway and WHIP.
package final class Authenticator: Sendable {
    let tokens: AccessTokens
    private let store: Store
    private let sessions: ActiveSessions
    private let clock: Clock

    init(tokens: AccessTokens, store: Store, sessions: ActiveSessions, clock: Clock) {
        self.tokens = tokens
        self.store = store
        self.sessions = sessions
        self.clock = clock
    }

    /// Who the access token speaks for; `nil` if it is no token of ours, has expired, or its session was revoked.
    ///
    /// - Parameter accessToken: the bare token, without `Bearer`.
    package func authenticate(accessToken: String) async throws -> Principal? {
        guard let principal = await tokens.verify(accessToken) else { return nil }
        if sessions.contains(principal.sessionID, of: principal.userID) { return principal }
        let generation = sessions.generation
        let now = clock.now()
        let session = try await store.read { db in try SessionTable.find(db, principal.sessionID) }
        guard let session, session.userID == principal.userID, session.revokedAt == nil, session.expiresAt > now else { return nil }
        sessions.insert(session.id, of: session.userID, ifStill: generation)
        return principal
    }

    /// What the stream key opens; `nil` for an unknown or revoked one, or when its maker is no longer in the guild.
    ///
    /// The maker's rights in the channel are not part of the answer: ask `Store.voiceRights` as for anyone.
    package func authenticate(streamKey: String) async throws -> StreamKeyPrincipal? {
        guard streamKey.hasPrefix(StreamKey.prefix), streamKey.utf8.count <= 128 else { return nil }
        let hash = SecretToken(text: streamKey).hash
        let key: StreamKey? = try await store.read { db in
            guard let key = try StreamKeyTable.find(db, hash: hash), try MemberTable.isMember(db, key.userID, of: key.guildID) else {
                return nil
            }
            return key
        }
        guard let key else { return nil }
        try await store.write { tx in try StreamKeyTable.touch(tx.db, key.id, at: tx.now) }
        return StreamKeyPrincipal(keyID: key.id, userID: key.userID, guildID: key.guildID, channelID: key.channelID)
    }
}

extension StreamKey {
    static let prefix = "psk_"
}
