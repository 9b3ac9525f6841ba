import Dispatch
import GRDB
import Synchronization
import Testing

@testable import Control

/// The writer: what is acknowledged is committed, a failing job harms no neighbour, events come in commit order.
struct GroupCommitTests {
    private func open(_ directory: TemporaryDirectory, sink: any DomainEventSink = NoEventSink(), capacity: Int = 1024) async throws
        -> Store
    {
        let store = try await Store.open(path: directory.path + "/t.sqlite", sink: sink, capacity: capacity)
        try await store.write { tx in try tx.db.execute(sql: "CREATE TABLE IF NOT EXISTS t (x INTEGER PRIMARY KEY)") }
        return store
    }

    private struct Refusal: Error, Equatable {}

    @Test func aFailingJobIsUndoneAlone() async throws {
        let directory = try TemporaryDirectory()
        let store = try await open(directory)
        let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for index in 0..<500 {
                group.addTask {
                    do {
                        try await store.write { tx in
                            try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index])
                            if index % 3 == 0 { throw Refusal() }
                            // A failing statement, not only a thrown error, in the midst of the group.
                            if index % 5 == 0 { try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index]) }
                        }
                        return (index, true)
                    } catch {
                        return (index, false)
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let kept = try await store.read { db in Set(try Int.fetchAll(db, sql: "SELECT x FROM t")) }
        for index in 0..<500 {
            let shouldStand = index % 3 != 0 && index % 5 != 0
            #expect(outcomes[index] == shouldStand)
            #expect(kept.contains(index) == shouldStand)
        }
        try await store.close()
    }

    /// Guard: acknowledgements after `commit()`. A reader on another connection must see what was acknowledged.
    @Test func whatIsAcknowledgedIsSeenByOthers() async throws {
        let directory = try TemporaryDirectory()
        let store = try await open(directory)
        let other = try DatabaseQueue(path: directory.path + "/t.sqlite")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    try await store.write { tx in try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index]) }
                    let found = try await other.read { db in try Int.fetchOne(db, sql: "SELECT x FROM t WHERE x = ?", arguments: [index]) }
                    #expect(found == index)
                }
            }
            try await group.waitForAll()
        }
        try await store.close()
    }

    /// Guard: events are told after COMMIT and in the order in which jobs ran; jobs that failed tell nothing.
    @Test func eventsComeInCommitOrder() async throws {
        let directory = try TemporaryDirectory()
        let sink = RecordingSink()
        let store = try await open(directory, sink: sink)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<300 {
                group.addTask {
                    try? await store.write { tx in
                        let position = try Int.fetchOne(tx.db, sql: "SELECT count(*) FROM t") ?? 0
                        try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [position])
                        tx.publish(.roleDeleted(guild: Snowflake(UInt64(position)), role: Snowflake(UInt64(index))))
                        if index % 7 == 0 { throw Refusal() }
                    }
                }
            }
            try await group.waitForAll()
        }
        let positions = sink.all.map { entry in
            if case .roleDeleted(let position, _) = entry.event { position.rawValue } else { UInt64.max }
        }
        #expect(positions == (0..<UInt64(positions.count)).map { $0 })
        #expect(positions.count == 300 - 43)
        let commits = sink.all.map(\.commit)
        #expect(commits == commits.sorted())
        try await store.close()
    }

    /// A group whose COMMIT fails is refused as a whole, tells nothing, and the writer goes on.
    @Test func aFailedCommitAcknowledgesNobody() async throws {
        let directory = try TemporaryDirectory()
        let sink = RecordingSink()
        let store = try await open(directory, sink: sink)
        try await store.write { tx in
            try tx.db.execute(sql: "CREATE TABLE child (p INTEGER REFERENCES t (x) DEFERRABLE INITIALLY DEFERRED)")
        }
        await #expect(throws: DatabaseError.self) {
            try await store.write { tx in
                // Checked at COMMIT only: the job itself succeeds.
                try tx.db.execute(sql: "INSERT INTO child VALUES (4711)")
                tx.publish(.roleDeleted(guild: Snowflake(1), role: Snowflake(1)))
            }
        }
        #expect(sink.all.isEmpty)
        try await store.write { tx in try tx.db.execute(sql: "INSERT INTO t VALUES (1)") }
        #expect(try await store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM child") } == 0)
        try await store.close()
    }

    /// SQLite ends the transaction by itself; what follows in the group must not be committed one by one, and nobody is told otherwise.
    @Test func aLostTransactionRefusesTheWholeGroup() async throws {
        let directory = try TemporaryDirectory()
        let store = try await open(directory)
        let gate = Gate()
        let blocker = Task { try await store.write { _ in gate.arriveAndWait() } }
        await gate.arrived()
        func enqueue(_ position: Int, _ sql: String) async -> Task<Void, any Error> {
            let job = Task { try await store.write { tx in try tx.db.execute(sql: sql) } }
            while store.waitingWrites < position { await Task.yield() }
            return job
        }
        let before = await enqueue(1, "INSERT INTO t VALUES (1)")
        let culprit = await enqueue(2, "INSERT OR ROLLBACK INTO t VALUES (1)")
        let after = await enqueue(3, "INSERT INTO t VALUES (3)")
        gate.open()
        try await blocker.value
        await #expect(throws: StoreError.transactionLost) { try await before.value }
        await #expect(throws: DatabaseError.self) { try await culprit.value }
        await #expect(throws: StoreError.transactionLost) { try await after.value }
        #expect(try await store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM t") } == 0)
        try await store.write { tx in try tx.db.execute(sql: "INSERT INTO t VALUES (1)") }
        try await store.close()
    }

    /// Bound: the queue.
    @Test func beyondTheQueueWritesAreRefusedAtOnce() async throws {
        let directory = try TemporaryDirectory()
        let store = try await open(directory, capacity: 8)
        let gate = Gate()
        let blocker = Task { try await store.write { _ in gate.arriveAndWait() } }
        await gate.arrived()
        let refused = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        try await store.write { _ in }
                    } catch StoreError.queueFull {
                        if refused.increment() == 12 { gate.open() }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await blocker.value
        #expect(refused.value == 12)
        try await store.close()
        await #expect(throws: StoreError.closed) { try await store.write { _ in } }
    }

    @Test func jobsThatWaitShareCommits() async throws {
        let directory = try TemporaryDirectory()
        let store = try await open(directory)
        let gate = Gate()
        let blocker = Task { try await store.write { _ in gate.arriveAndWait() } }
        await gate.arrived()
        let before = store.commitCount
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask { try await store.write { tx in try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index]) } }
            }
            while store.waitingWrites < 200 { await Task.yield() }
            gate.open()
            try await group.waitForAll()
        }
        try await blocker.value
        #expect(store.commitCount == before + 2, "the blocker's own and one for all that waited")
        try await store.close()
    }
}

/// Counts across tasks.
final class Counter: Sendable {
    private let count = Atomic(0)

    @discardableResult func increment() -> Int { count.add(1, ordering: .relaxed).newValue }

    var value: Int { count.load(ordering: .relaxed) }
}

/// Holds the writer until a test lets it go.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let hasArrived = Atomic(false)

    func arriveAndWait() {
        hasArrived.store(true, ordering: .releasing)
        semaphore.wait()
    }

    func arrived() async {
        while !hasArrived.load(ordering: .acquiring) { await Task.yield() }
    }

    func open() { semaphore.signal() }
}
