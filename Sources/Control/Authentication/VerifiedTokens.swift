import Crypto
import Foundation
import Synchronization

/// Claims of tokens whose signature and spelling were found good, by the hash of the token: a client shows the same one for an hour, and RSA and
/// JSON cost a hundred times the hash.
///
/// Only what can never change is kept: these bytes are a token of ours that says this. Times are compared anew each time, and whether the session was
/// revoked is asked afterwards, as ever (`Authenticator`). Bounded by two generations: once the younger is full it becomes the older, whose rest goes.
final class VerifiedTokens: Sendable {
    /// In each generation. Chosen: some 2 MiB in all.
    static let capacity = 2048

    private struct State {
        var young: [SHA256Digest: AccessClaims] = [:]
        var old: [SHA256Digest: AccessClaims] = [:]
    }

    private let state = Mutex(State())

    func claims(_ hash: SHA256Digest) -> AccessClaims? {
        state.withLock { state in
            if let claims = state.young[hash] { return claims }
            guard let claims = state.old[hash] else { return nil }
            Self.keep(claims, hash, &state)
            return claims
        }
    }

    func insert(_ claims: AccessClaims, _ hash: SHA256Digest) {
        state.withLock { Self.keep(claims, hash, &$0) }
    }

    var count: Int { state.withLock { $0.young.count + $0.old.count } }

    private static func keep(_ claims: AccessClaims, _ hash: SHA256Digest, _ state: inout State) {
        if state.young.count >= capacity {
            state.old = state.young
            state.young = [:]
        }
        state.young[hash] = claims
    }
}
