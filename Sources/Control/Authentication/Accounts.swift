import Foundation
import GRDB

/// Signing up, in and out, and the life of a session.
package struct Accounts: Sendable {
    /// What a client holds after it signed in.
    package struct Grant: Sendable {
        package let user: User
        package let accessToken: String
        package let refreshToken: String
        /// Of the access token, seconds.
        package let expiresIn: Int64
    }

    static let refreshPrefix = "prt_"
    /// A replaced token is answered this often at most within the grace: tabs are few.
    static let maximumSiblings = 8

    let store: Store
    let passwords: PasswordHasher
    let tokens: AccessTokens
    let configuration: ControlConfiguration

    // MARK: Signing up and in

    /// - Parameter invite: the code that lets the account in where registration needs one.
    package func register(username: String, email: String, password: String, invite: String?) async throws -> Grant {
        // Refuse before hashing what could be refused without it; the write below decides.
        let decided = configuration.registration
        _ = try await store.read { db in try Self.admit(db, decided, invite: invite, at: store.clock.now()) }
        let hash = try await passwords.hash(password)
        let id = store.snowflakes.next()
        let session = store.snowflakes.next()
        let refresh = SecretToken.make(prefix: Self.refreshPrefix)
        let user = try await store.write { tx in
            let isFirst = try UserTable.isEmpty(tx.db)
            let used = try Self.admit(tx.db, decided, invite: invite, at: tx.now)
            try Self.requireFree(tx.db, username: username, email: email, except: nil)
            let user = User(
                id: id, username: username, email: email, globalName: nil, avatar: nil, isBot: false, isOperator: isFirst,
                createdAt: tx.now,
                updatedAt: tx.now)
            try UserTable.insert(tx.db, user, passwordHash: hash)
            try self.begin(session, of: user, refresh, tx)
            if let used { _ = try Membership.join(tx, used, user: id) }
            return user
        }
        return try await grant(user, session, refresh)
    }

    /// - Parameter login: username or e-mail address.
    /// - Throws: one and the same 401 for an unknown user and a wrong password, after the same work.
    package func login(_ login: String, password: String) async throws -> Grant {
        let found = try await store.read { db in
            try UserTable.findForLogin(db, login).map { FoundUser(user: $0.user, hash: $0.passwordHash) }
        }
        let matches = try await passwords.verify(password, against: found?.hash)
        guard let found, matches else { throw Self.invalidCredentials }
        // The only moment when the password is known is the one to hash it anew. A busy hasher is no reason to refuse: it is tried again next time.
        let renewed = Argon2.isOutdated(found.hash) ? try? await passwords.hash(password) : nil
        let session = store.snowflakes.next()
        let refresh = SecretToken.make(prefix: Self.refreshPrefix)
        let user = try await store.write { tx in
            // Between the check and now the password may have changed; the old one must not open a session then.
            guard let user = try UserTable.find(tx.db, found.user.id), try UserTable.passwordHash(tx.db, of: user.id) == found.hash else {
                throw Self.invalidCredentials
            }
            if let renewed { try UserTable.setPasswordHash(tx.db, renewed, of: user.id) }
            try self.begin(session, of: user, refresh, tx)
            return user
        }
        return try await grant(user, session, refresh)
    }

    private struct FoundUser: Sendable {
        let user: User
        let hash: String
    }

    static let invalidCredentials: APIError = {
        let message = "Login or password is invalid."
        var error = APIError.form([("login", "INVALID_LOGIN", message), ("password", "INVALID_LOGIN", message)])
        error.status = .unauthorized
        error.message = message
        return error
    }()

    // MARK: Refreshing

    /// Replaces a refresh token by a new pair.
    ///
    /// A token is used once. One that was replaced and comes again was copied, by a thief or from one, so its whole session ends. There is one
    /// exception: for `refreshGrace` after its replacement, and only while none of its successors has been used, the token just replaced gets a
    /// sibling of its successor. So two tabs that refresh at once, and a client whose answer was lost, stay signed in. A token that is unknown
    /// harms nobody's session.
    ///
    /// - Parameter onReuse: called with the session when a replaced token ended it, for the security log.
    package func refresh(_ presented: String, onReuse: (Snowflake) -> Void = { _ in }) async throws -> Grant {
        guard presented.hasPrefix(Self.refreshPrefix), presented.utf8.count <= 128 else { throw APIError.unauthorized }
        let hash = SecretToken(text: presented).hash
        let successor = SecretToken.make(prefix: Self.refreshPrefix)
        let outcome: RefreshOutcome = try await store.write { tx in
            guard let entry = try RefreshTokenTable.find(tx.db, hash: hash), entry.expiresAt > tx.now,
                let session = try SessionTable.find(tx.db, entry.sessionID), session.revokedAt == nil,
                let user = try UserTable.find(tx.db, session.userID)
            else { return .refused }
            guard try self.maySucceed(entry, hash, tx) else {
                // Not an error to throw: the revocation must be committed.
                if try SessionTable.revoke(tx.db, session.id, at: tx.now) {
                    tx.publish(.sessionsRevoked(user: user.id, sessions: [session.id]))
                }
                return .reused(session.id)
            }
            let expiry = tx.now.advanced(by: self.configuration.refreshTokenLifetime)
            try RefreshTokenTable.markReplaced(tx.db, hash: hash, at: tx.now)
            try RefreshTokenTable.insert(
                tx.db, hash: successor.hash, session: session.id, parent: hash, issuedAt: tx.now, expiresAt: expiry)
            try SessionTable.extend(tx.db, session.id, to: expiry)
            return .renewed(user, session.id)
        }
        switch outcome {
        case .refused: throw APIError.unauthorized
        case .reused(let session):
            onReuse(session)
            throw APIError.unauthorized
        case .renewed(let user, let session): return try await grant(user, session, successor)
        }
    }

    private enum RefreshOutcome: Sendable {
        case renewed(User, Snowflake)
        case refused
        case reused(Snowflake)
    }

    private func maySucceed(_ entry: RefreshTokenTable.Entry, _ hash: Data, _ tx: WriteTransaction) throws -> Bool {
        guard let replacedAt = entry.replacedAt else { return true }
        let children = try RefreshTokenTable.children(tx.db, of: hash)
        return tx.now <= replacedAt.advanced(by: configuration.refreshGrace) && !children.anyReplaced
            && children.count < Self.maximumSiblings
    }

    // MARK: Ending

    package func logout(_ principal: Principal) async throws {
        try await store.write { tx in
            if try SessionTable.revoke(tx.db, principal.sessionID, at: tx.now) {
                tx.publish(.sessionsRevoked(user: principal.userID, sessions: [principal.sessionID]))
            }
        }
    }

    /// Ends the session that a refresh token belongs to: for a client whose access token has expired. An unknown token ends nothing.
    package func logout(refreshToken: String) async throws {
        guard refreshToken.hasPrefix(Self.refreshPrefix), refreshToken.utf8.count <= 128 else { throw APIError.unauthorized }
        let hash = SecretToken(text: refreshToken).hash
        let wasKnown = try await store.write { tx in
            guard let entry = try RefreshTokenTable.find(tx.db, hash: hash), let session = try SessionTable.find(tx.db, entry.sessionID)
            else {
                return false
            }
            if try SessionTable.revoke(tx.db, session.id, at: tx.now) {
                tx.publish(.sessionsRevoked(user: session.userID, sessions: [session.id]))
            }
            return true
        }
        guard wasKnown else { throw APIError.unauthorized }
    }

    /// What a person may change of the own account. The password is asked again for all but the display name.
    struct Changes: Sendable {
        var username: String?
        var email: String?
        var newPassword: String?
        var globalName: String??
        var currentPassword: String?
    }

    /// - Returns: the user, and a new grant if the password changed: that ends every session, the one that asked included.
    func change(_ principal: Principal, _ changes: Changes) async throws -> (user: User, grant: Grant?) {
        let known = try await store.read { db in try UserTable.passwordHash(db, of: principal.userID) }
        guard let known else { throw APIError.unauthorized }
        if changes.username != nil || changes.email != nil || changes.newPassword != nil {
            guard let current = changes.currentPassword else {
                throw APIError.form("password", "BASE_TYPE_REQUIRED", "This field is required")
            }
            guard try await passwords.verify(current, against: known) else {
                throw APIError.form("password", "PASSWORD_DOES_NOT_MATCH", "Password does not match.")
            }
        }
        let hash = if let password = changes.newPassword { try await passwords.hash(password) } else { String?.none }
        let session = store.snowflakes.next()
        let refresh = SecretToken.make(prefix: Self.refreshPrefix)
        let user = try await store.write { tx in
            guard var user = try UserTable.find(tx.db, principal.userID), try UserTable.passwordHash(tx.db, of: user.id) == known else {
                throw APIError.unauthorized
            }
            try Self.requireFree(tx.db, username: changes.username, email: changes.email, except: user.id)
            user.username = changes.username ?? user.username
            user.email = changes.email ?? user.email
            user.globalName = changes.globalName ?? user.globalName
            user.updatedAt = tx.now
            try UserTable.update(tx.db, user)
            tx.publish(.userUpdated(user))
            if let hash {
                try UserTable.setPasswordHash(tx.db, hash, of: user.id)
                try SessionTable.revokeAll(tx.db, of: user.id, at: tx.now)
                tx.publish(.sessionsRevoked(user: user.id, sessions: nil))
                try self.begin(session, of: user, refresh, tx)
            }
            return user
        }
        return (user, hash == nil ? nil : try await grant(user, session, refresh))
    }

    /// Sessions ended by one write. Chosen: a few milliseconds of the writer.
    static let maximumExpiredAtOnce = 256

    /// Ends sessions whose refresh token ran out without being replaced, and tells it as a revocation: sockets and media that were opened
    /// with such a session live as long as it does, not as long as the access token of one hour.
    ///
    /// - Returns: how many it ended.
    @discardableResult package func endExpired() async throws -> Int {
        var total = 0
        // Most times there is nothing to end, and then the writer is left alone.
        while store.isHeard, try await store.read({ db in try SessionTable.isAnyExpired(db, at: store.clock.now()) }) {
            let ended = try await store.write { tx in
                let ended = try SessionTable.endExpired(tx.db, at: tx.now, limit: Self.maximumExpiredAtOnce)
                for (user, session) in ended { tx.publish(.sessionsRevoked(user: user, sessions: [session])) }
                return ended.count
            }
            total += ended
        }
        return total
    }

    /// Deletes what has ended: expired sessions and tokens, used-up invites. Once a day (FEATURES A14) and at the start.
    ///
    /// - Returns: sessions deleted.
    @discardableResult package func purge() async throws -> Int {
        let lifetime = configuration.accessTokenLifetime
        // What is deleted unended could not be told any more.
        try await endExpired()
        return try await store.write { tx in
            try InviteTable.purge(tx.db, at: tx.now)
            return try SessionTable.purge(tx.db, expiredBefore: tx.now, revokedBefore: tx.now.advanced(by: .zero - lifetime - .seconds(60)))
        }
    }

    // MARK: Parts

    /// - Returns: the invite to be used, if registration goes by invite.
    private static func admit(
        _ db: Database, _ registration: ControlConfiguration.Registration, invite code: String?, at now: Timestamp
    ) throws -> Invite? {
        if try UserTable.isEmpty(db) { return nil }
        switch registration {
        case .open: return nil
        case .closed: throw APIError(.forbidden, "Registration is closed on this server")
        case .invite:
            guard let code else { throw APIError.form("invite", "BASE_TYPE_REQUIRED", "This field is required") }
            guard let invite = try InviteTable.find(db, code), invite.isUsable(at: now) else { throw APIError.unknownInvite }
            return invite
        }
    }

    private static func requireFree(_ db: Database, username: String?, email: String?, except id: Snowflake?) throws {
        if let username, try UserTable.isTaken(db, username: username, except: id) {
            throw APIError.conflict("username", "USERNAME_ALREADY_TAKEN", "Username is already taken.")
        }
        if let email, try UserTable.isTaken(db, email: email, except: id) {
            throw APIError.conflict("email", "EMAIL_ALREADY_REGISTERED", "Email is already registered.")
        }
    }

    private func begin(_ session: Snowflake, of user: User, _ refresh: SecretToken, _ tx: WriteTransaction) throws {
        let expiry = tx.now.advanced(by: configuration.refreshTokenLifetime)
        try SessionTable.insert(
            tx.db, Session(id: session, userID: user.id, createdAt: tx.now, expiresAt: expiry, revokedAt: nil))
        try RefreshTokenTable.insert(tx.db, hash: refresh.hash, session: session, parent: nil, issuedAt: tx.now, expiresAt: expiry)
        let superfluous = try SessionTable.superfluous(tx.db, of: user.id)
        for old in superfluous { _ = try SessionTable.revoke(tx.db, old, at: tx.now) }
        if !superfluous.isEmpty { tx.publish(.sessionsRevoked(user: user.id, sessions: superfluous)) }
    }

    private func grant(_ user: User, _ session: Snowflake, _ refresh: SecretToken) async throws -> Grant {
        Grant(
            user: user, accessToken: try await tokens.issue(user: user, session: session), refreshToken: refresh.text,
            expiresIn: configuration.accessTokenLifetime.components.seconds)
    }
}
