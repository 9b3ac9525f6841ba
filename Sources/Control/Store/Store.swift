import Foundation
import GRDB
import Glibc

/// The truth: one SQLite file, many readers, one writer.
///
/// Reads run in parallel on snapshots of the last commit. Writes go through `WriteQueue`, which commits them in groups; when `write` returns, the
/// job is on the disk. To check a right and act on it in one breath, do both in one `write`: nothing can come between.
package final class Store: Sendable {
    package let clock: Clock
    package let snowflakes: SnowflakeGenerator
    private let pool: DatabasePool
    private let queue: WriteQueue
    private let sink: any DomainEventSink

    /// Opens or creates the database, migrates it, and closes what a crash left open.
    ///
    /// - Parameters:
    ///   - path: the database file; its directory must exist.
    ///   - capacity: writes that may wait before `StoreError.queueFull`. Chosen: some 50 ms of work at the measured group-commit rate.
    /// - Throws: `StoreError.notDurable`, `DatabaseError`.
    package static func open(
        path: String, sink: any DomainEventSink = NoEventSink(), clock: Clock = .system, capacity: Int = 1024
    ) async throws -> Store {
        var configuration = Configuration()
        configuration.label = "parley"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        try createPrivately(path)
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL while it opens a pool, so FULL must come after.
        try await pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try requireDurable(db)
        }
        try Migrations.migrator.migrate(pool)
        let last = try await pool.write { db in
            try VoiceSessionTable.closeLeftOpen(db, at: clock.now())
            try StreamTable.closeLeftOpen(db, at: clock.now())
            return try greatestID(db)
        }
        let store = Store(pool: pool, sink: sink, clock: clock, capacity: capacity, last: last)
        try await pool.writeWithoutTransaction { db in try requireDurable(db) }
        return store
    }

    private init(pool: DatabasePool, sink: any DomainEventSink, clock: Clock, capacity: Int, last: Snowflake) {
        self.pool = pool
        self.sink = sink
        self.clock = clock
        snowflakes = SnowflakeGenerator(clock: clock, after: last)
        queue = WriteQueue(pool: pool, clock: clock, sink: sink, capacity: capacity)
    }

    /// Reads one consistent snapshot.
    package func read<T: Sendable>(_ work: @Sendable (Database) throws -> T) async throws -> T {
        try await pool.read(work)
    }

    /// Runs the job on the writer and returns when it is committed.
    ///
    /// - Throws: what the job throws, having undone it; `StoreError.queueFull`; the database's error if the commit failed.
    package func write<T: Sendable>(_ work: @escaping @Sendable (WriteTransaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.submit(
                WriteQueue.Job(
                    run: { transaction in
                        let value = try work(transaction)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    /// Commits since the store was opened.
    package var commitCount: UInt64 { queue.commitCount }

    /// Writes that wait for the writer.
    package var waitingWrites: Int { queue.waiting }

    /// Whether those who hear what is committed keep up.
    package var isHeard: Bool { sink.hasRoom }

    /// Lets the waiting writes finish and closes the file. Later calls throw.
    package func close() async throws {
        queue.close()
        try await pool.writeWithoutTransaction { _ in }
        try pool.close()
    }

    /// The file holds e-mail addresses and password hashes: only its owner may read it. SQLite gives its companions (`-wal`, `-shm`) the same mode.
    private static func createPrivately(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        Glibc.close(descriptor)
    }

    /// `PRAGMA synchronous` must be 2 on the connection that commits, else a power cut may take back what was acknowledged.
    static func requireDurable(_ db: Database) throws {
        let level = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
        guard level == 2 else { throw StoreError.notDurable(synchronous: level) }
    }

    /// The greatest id on disk, so that a clock that went back before a restart cannot make an id twice.
    private static func greatestID(_ db: Database) throws -> Snowflake {
        let tables = [
            "users", "sessions", "guilds", "roles", "channels", "voice_tiers", "stream_tiers", "stream_keys", "voice_sessions", "streams",
        ]
        let greatest = tables.map { "SELECT max(id) AS id FROM \($0)" }.joined(separator: " UNION ALL ")
        return try Snowflake.fetchOne(db, sql: "SELECT max(id) FROM (\(greatest))") ?? Snowflake(0)
    }
}
