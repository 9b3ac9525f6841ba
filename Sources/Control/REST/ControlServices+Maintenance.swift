import Logging

// What goes on by itself while the server runs.
extension ControlServices {
    /// Ends sessions that ran out and purges what has ended, until cancelled.
    ///
    /// - Parameters:
    ///   - expiry: how often sessions that ran out are looked for. Chosen: soon enough for a person, and one indexed read.
    ///   - purge: how often ended rows are deleted; also at once.
    package func runMaintenance(
        logger: Logger = Logger(label: "parley.control"), lookingForExpiredEvery expiry: Duration = .seconds(5),
        purgingEvery purge: Duration = .seconds(24 * 3600)
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await repeatedly(every: expiry, "looking for expired sessions failed", logger) { try await accounts.endExpired() }
            }
            group.addTask {
                try await repeatedly(every: purge, "the daily purge failed", logger) {
                    let sessions = try await accounts.purge()
                    logger.info("purged ended sessions", metadata: ["sessions": "\(sessions)"])
                }
            }
            try await group.waitForAll()
        }
    }

    /// A failure is logged, and the work is tried again at its next time.
    private func repeatedly(every period: Duration, _ failure: Logger.Message, _ logger: Logger, _ work: () async throws -> Void)
        async throws
    {
        while !Task.isCancelled {
            do { try await work() } catch is CancellationError { return } catch { logger.error(failure, metadata: ["error": "\(error)"]) }
            try await Task.sleep(for: period)
        }
    }
}
