import Foundation
import GRDB
import Testing

@testable import Control

struct StoreTests {
    @Test func anEmptyFileGetsTheWholeSchema() async throws {
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite")
        let tables = try await store.read { db in Set(try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")) }
        #expect(
            tables.isSuperset(of: [
                "users", "sessions", "refresh_tokens", "guilds", "roles", "members", "member_roles", "channels", "permission_overwrites",
                "invites",
                "bans", "stream_tiers", "stream_tier_roles", "voice_tiers", "voice_tier_roles", "stream_keys", "voice_sessions", "streams",
            ]))
        try await store.close()
        let again = try await Store.open(path: directory.path + "/t.sqlite")
        try await again.close()
    }

    /// Guard: `createPrivately`. With SQLite's own mode of 0644 anyone on the machine could read hashes and addresses.
    @Test func onlyTheOwnerMayReadTheFiles() async throws {
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite")
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/t.sqlite" + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
        try await store.close()
        await #expect(throws: DatabaseError.self) { _ = try await Store.open(path: directory.path + "/missing/t.sqlite") }
    }

    /// FEATURES Z2, G10: a foreign key without an index makes every delete of its parent read the whole table.
    @Test func everyForeignKeyHasAnIndex() async throws {
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite")
        let missing: [String] = try await store.read { db in
            var missing: [String] = []
            for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
                let indexes = try String.fetchAll(db, sql: "SELECT name FROM pragma_index_list(?)", arguments: [table])
                let leading = try indexes.map {
                    try String.fetchAll(db, sql: "SELECT name FROM pragma_index_info(?) ORDER BY seqno", arguments: [$0])
                }
                let keys = try Row.fetchAll(db, sql: "SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq", arguments: [table])
                for (_, columns) in Dictionary(grouping: keys, by: { $0["id"] as Int }) {
                    let names = columns.map { $0["from"] as String }
                    if !leading.contains(where: { Array($0.prefix(names.count)) == names }) { missing.append("\(table).\(names)") }
                }
            }
            return missing
        }
        #expect(missing == [])
        try await store.close()
    }

    @Test func foreignKeysAreEnforced() async throws {
        let directory = try TemporaryDirectory()
        let store = try await Store.open(path: directory.path + "/t.sqlite")
        await #expect(throws: DatabaseError.self) {
            try await store.write { tx in try MemberTable.insert(tx.db, guild: Snowflake(1), user: Snowflake(2), joinedAt: tx.now) }
        }
        try await store.close()
    }

    /// A clock that went back before a restart must not make an id twice.
    @Test func idsGoOnAfterARestartWithTheClockSetBack() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestClock()
        let id = try await TestServer.run(in: directory.path, clock: clock) { server in
            try await server.makeGuild(try await server.register("ada"))
        }
        let greatest = try #require(Snowflake(id))
        try await TestServer.run(in: directory.path, clock: TestClock(milliseconds: 1_500_000_000_000)) { server in
            #expect(server.services.snowflakes.next() > greatest)
        }
    }

    @Test func staysCutByACrashAreClosedAtTheNextStart() async throws {
        let directory = try TemporaryDirectory()
        let (stay, stream) = try await TestServer.run(in: directory.path) { server in
            let ada = try await server.register("ada")
            let user = try #require(Snowflake(ada.id))
            let stay = try await server.services.store.openVoiceSession(user: user, guild: Snowflake(1), channel: Snowflake(2))
            let left = try await server.services.store.openVoiceSession(user: user, guild: Snowflake(1), channel: Snowflake(2))
            try await server.services.store.closeVoiceSession(left, reason: .left)
            #expect(try await server.services.store.read { db in try VoiceSessionTable.find(db, left) }?.endReason == .left)
            return (
                stay, try await server.services.store.openStream(user: user, guild: Snowflake(1), channel: Snowflake(2), source: .screen)
            )
        }
        try await TestServer.run(in: directory.path) { server in
            let ended = try await server.services.store.read { db in try VoiceSessionTable.find(db, stay) }
            #expect(ended?.endReason == .restart)
            let shown = try await server.services.store.read { db in try StreamTable.find(db, stream) }
            #expect(shown?.endedAt != nil)
        }
    }
}
