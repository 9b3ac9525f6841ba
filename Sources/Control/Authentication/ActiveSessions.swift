import Synchronization

/// Sessions known to be in force: the cache in front of the database that lets each request be checked without a read.
///
/// Revocation removes from it before the revoking request is answered. A check that was reading the database meanwhile may not put its finding in:
/// `generation` tells it that something was revoked since it began.
final class ActiveSessions: Sendable {
    /// Chosen: some 4 MiB. When it is full it starts again from empty.
    static let capacity = 65_536

    private struct State {
        var users: [Snowflake: Snowflake] = [:]
        var generation: UInt64 = 0
    }

    private let state = Mutex(State())

    func contains(_ session: Snowflake, of user: Snowflake) -> Bool {
        state.withLock { $0.users[session] == user }
    }

    var generation: UInt64 { state.withLock { $0.generation } }

    func insert(_ session: Snowflake, of user: Snowflake, ifStill generation: UInt64) {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.users.count >= Self.capacity { state.users.removeAll(keepingCapacity: true) }
            state.users[session] = user
        }
    }

    /// - Parameter sessions: `nil` for all of the user's.
    func revoke(_ sessions: [Snowflake]?, of user: Snowflake) {
        state.withLock { state in
            state.generation += 1
            if let sessions {
                for session in sessions { state.users[session] = nil }
            } else {
                state.users = state.users.filter { $0.value != user }
            }
        }
    }

    var count: Int { state.withLock { $0.users.count } }
}
