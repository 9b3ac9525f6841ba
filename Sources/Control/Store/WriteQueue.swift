import GRDB
import Synchronization

/// The one writer, and its group commits.
///
/// Jobs wait in a bounded queue. Whenever the writer is free it takes all that wait, runs each in its own savepoint and commits them together: one
/// `fdatasync` for the whole group. There is no timer: an idle server commits a lone job at once, a busy one forms larger groups by itself.
/// A job that throws is rolled back alone. Jobs are acknowledged, and their events told, only after COMMIT, in the order in which they ran.
final class WriteQueue: Sendable {
    /// Runs on the writer's thread. What it returns is called after COMMIT.
    typealias Acknowledgement = @Sendable () -> Void

    struct Job: Sendable {
        let run: @Sendable (WriteTransaction) throws -> Acknowledgement
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var isDraining = false
        var isClosed = false
    }

    /// Chosen: keeps one group below some 50 ms of work, so that the first job of it does not wait long for the last.
    static let maximumGroup = 256

    private let pool: DatabasePool
    private let clock: Clock
    private let sink: any DomainEventSink
    private let capacity: Int
    private let state = Mutex(State())
    private let commits = Atomic<UInt64>(0)

    init(pool: DatabasePool, clock: Clock, sink: any DomainEventSink, capacity: Int) {
        self.pool = pool
        self.clock = clock
        self.sink = sink
        self.capacity = capacity
    }

    /// Commits since the start; failed groups do not count.
    var commitCount: UInt64 { commits.load(ordering: .relaxed) }

    /// Jobs in the queue, without those of the group that runs.
    var waiting: Int { state.withLock { $0.jobs.count } }

    func submit(_ job: Job) {
        enum Outcome { case drain, wait, refuse(StoreError) }
        let outcome: Outcome = state.withLock { state in
            if state.isClosed { return .refuse(.closed) }
            if state.jobs.count >= capacity { return .refuse(.queueFull) }
            state.jobs.append(job)
            if state.isDraining { return .wait }
            state.isDraining = true
            return .drain
        }
        switch outcome {
        case .wait: break
        case .refuse(let error): job.fail(error)
        case .drain: pool.asyncWriteWithoutTransaction { db in self.drain(db) }
        }
    }

    /// Refuses what comes from now on; what waits is still committed.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    private func drain(_ db: Database) {
        while let group = nextGroup() {
            commit(group, db)
        }
    }

    private func nextGroup() -> [Job]? {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.isDraining = false
                return nil
            }
            let group = Array(state.jobs.prefix(Self.maximumGroup))
            state.jobs.removeFirst(group.count)
            return group
        }
    }

    private func commit(_ group: [Job], _ db: Database) {
        var succeeded: [(job: Job, acknowledge: Acknowledgement)] = []
        var failed: [(job: Job, error: any Error)] = []
        var events: [DomainEvent] = []
        do {
            try db.beginTransaction(.immediate)
            let now = clock.now()
            for job in group {
                let transaction = WriteTransaction(db: db, now: now)
                do {
                    succeeded.append((job, try run(job, in: transaction)))
                    events.append(contentsOf: transaction.events)
                } catch {
                    failed.append((job, error))
                }
                // SQLite ends a transaction by itself on a full disk. The next job's savepoint would then commit on its own.
                guard db.isInsideTransaction else { throw StoreError.transactionLost }
            }
            try db.commit()
        } catch {
            try? db.rollback()
            for (job, cause) in failed { job.fail(cause) }
            let settled = failed.count
            for job in succeeded.map(\.job) + group.dropFirst(settled + succeeded.count) { job.fail(error) }
            return
        }
        let commit = commits.add(1, ordering: .relaxed).newValue
        for event in events { sink.publish(event, commit: commit) }
        for (_, acknowledge) in succeeded { acknowledge() }
        for (job, error) in failed { job.fail(error) }
    }

    private func run(_ job: Job, in transaction: WriteTransaction) throws -> Acknowledgement {
        var acknowledgement: Acknowledgement?
        try transaction.db.inSavepoint {
            acknowledgement = try job.run(transaction)
            return .commit
        }
        guard let acknowledgement else { throw StoreError.transactionLost }
        return acknowledgement
    }
}
