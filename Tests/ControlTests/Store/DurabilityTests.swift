import Foundation
import GRDB
import Testing

@testable import Control

/// What is acknowledged must be on the disk, not only handed to the kernel.
@Suite(.serialized) struct DurabilityTests {
    /// Guard: `PRAGMA synchronous = FULL` after the pool is open. With GRDB's own NORMAL the count is 0 and this fails (done once by hand).
    @Test func eachCommitSyncsOnce() async throws {
        SyncCounter.install
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite")
        try await store.write { tx in try tx.db.execute(sql: "CREATE TABLE t (x INTEGER)") }
        let before = SyncCounter.syncs(of: directory.path)
        #expect(before > 0, "control: the counter counts")
        for index in 0..<50 {
            try await store.write { tx in try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index]) }
        }
        #expect(SyncCounter.syncs(of: directory.path) - before == 50)
        try await store.close()
    }

    /// One sync for a whole group.
    @Test func aGroupSyncsOnce() async throws {
        SyncCounter.install
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite")
        try await store.write { tx in try tx.db.execute(sql: "CREATE TABLE t (x INTEGER)") }
        let gate = Gate()
        let blocker = Task { try await store.write { _ in gate.arriveAndWait() } }
        await gate.arrived()
        let before = SyncCounter.syncs(of: directory.path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                group.addTask { try await store.write { tx in try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index]) } }
            }
            while store.waitingWrites < 100 { await Task.yield() }
            gate.open()
            try await group.waitForAll()
        }
        try await blocker.value
        #expect(SyncCounter.syncs(of: directory.path) - before == 1)
        try await store.close()
    }

    /// Guard: the refusal to serve on a connection that is not FULL.
    @Test func aWriterThatIsNotFullIsRefused() throws {
        let directory = try TemporaryDirectory()
        let pool = try DatabasePool(path: directory.path + "/t.sqlite")
        try pool.writeWithoutTransaction { db in
            #expect(throws: StoreError.notDurable(synchronous: 1)) { try Store.requireDurable(db) }
            try db.execute(sql: "PRAGMA synchronous = OFF")
            #expect(throws: StoreError.notDurable(synchronous: 0)) { try Store.requireDurable(db) }
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try Store.requireDurable(db)
        }
    }

    /// A copy of the files as they stand at some moment is what a killed process leaves behind. It must open and hold every acknowledged row.
    @Test func whatAKilledProcessLeavesCanBeOpened() async throws {
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite")
        try await store.write { tx in try tx.db.execute(sql: "CREATE TABLE t (x INTEGER PRIMARY KEY)") }
        for index in 0..<20 {
            try await store.write { tx in try tx.db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [index]) }
            let copy = try TemporaryDirectory()
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: directory.path + "/t.sqlite" + suffix, toPath: copy.path + "/t.sqlite" + suffix)
            }
            let reopened = try await Store.open(path: copy.path + "/t.sqlite")
            let count = try await reopened.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM t") }
            #expect(count == index + 1)
            #expect(try await reopened.read { db in try String.fetchOne(db, sql: "PRAGMA integrity_check") } == "ok")
            try await reopened.close()
        }
        try await store.close()
    }

    /// Not a check but a figure: commits a second at FULL, alone and in groups.
    @Test func figures() async throws {
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite", capacity: 4096)
        try await store.write { tx in try tx.db.execute(sql: "CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT)") }
        func rate(_ count: Int, producers: Int) async throws -> Double {
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<producers {
                    group.addTask {
                        for _ in 0..<(count / producers) {
                            try await store.write { tx in
                                try tx.db.execute(sql: "INSERT INTO t (y) VALUES ('some fifty bytes of text, more or less as in life')")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            return Double(count) / (ContinuousClock.now - start).inSeconds
        }
        let single = try await rate(500, producers: 1)
        let grouped = try await rate(10_000, producers: 100)
        print("figure: FULL single \(Int(single))/s, 100 producers \(Int(grouped)) rows/s")
        #expect(grouped > single)
        try await store.close()
    }
}
