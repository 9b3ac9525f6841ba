import Hummingbird
import NIOPosix
import Synchronization

/// Hashes and checks passwords, two at a time, with a bounded queue behind.
///
/// Unbounded, a handful of clients that post passwords would take every core and 19 MiB each. Beyond the queue the answer is 429 at once.
package final class PasswordHasher: Sendable {
    /// B26: at most two run at once.
    package static let concurrency = 2
    /// Chosen: at some 50 ms each and two at a time, the last in the queue waits less than half a second.
    package static let maximumWaiting = 16

    private let threads = NIOThreadPool(numberOfThreads: concurrency)
    private let pending = Mutex(0)
    /// Runs inside each job on its thread, first: tests hold jobs there to count them.
    private let onStart: @Sendable () -> Void

    package init(onStart: @escaping @Sendable () -> Void = {}) {
        self.onStart = onStart
        threads.start()
    }

    deinit {
        threads.shutdownGracefully { _ in }
    }

    /// - Throws: 429 if too many wait.
    package func hash(_ password: String) async throws -> String {
        try await run { try Argon2.hash(password) }
    }

    /// - Parameter encoded: `nil` for a user who does not exist: then the same work is done for nothing.
    /// - Throws: 429 if too many wait.
    package func verify(_ password: String, against encoded: String?) async throws -> Bool {
        try await run { Argon2.verify(password, against: encoded ?? Argon2.decoy) && encoded != nil }
    }

    private func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        let admitted = pending.withLock { pending in
            guard pending < Self.concurrency + Self.maximumWaiting else { return false }
            pending += 1
            return true
        }
        guard admitted else {
            throw APIError(
                .tooManyRequests, "Too many people are signing in", errors: nil, headers: [.retryAfter: "1", .via: "1.1 parley"])
        }
        defer { pending.withLock { $0 -= 1 } }
        return try await threads.runIfActive {
            self.onStart()
            return try work()
        }
    }
}
