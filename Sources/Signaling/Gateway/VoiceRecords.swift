import Control
import Logging

/// Keeps the record of who was in which voice channel, and of the cameras and screens that were shown there. Rows are opened and closed one after the other, so that a stay of a moment is
/// closed too; nobody waits for it. While `capacity` entries wait for the database the main gateway takes on nothing new.
final class VoiceRecords: Sendable {
    private enum Entry: Sendable {
        case open(user: Snowflake, guild: Snowflake, channel: Snowflake)
        case close(user: Snowflake, VoiceSession.EndReason)
        case show(Shown)
        case hide(Shown)
    }

    private struct Shown: Hashable, Sendable {
        var user: Snowflake
        var channel: Snowflake
        var source: Stream.Source
    }

    /// Rows that are open.
    private struct Rows {
        var stays: [Snowflake: Snowflake] = [:]
        var shown: [Shown: Snowflake] = [:]
    }

    /// Chosen: two seconds of a database that commits a row at a time.
    private let entries = Mailbox<Entry>(capacity: 4096)
    private let task: Task<Void, Never>

    init(store: Store, logger: Logger) {
        let entries = entries
        task = Task {
            var rows = Rows()
            for await entry in entries.messages {
                do {
                    // A full queue of the writer is waited for: what is dropped here would be open until the next start.
                    while try await !Self.record(entry, &rows, store) { try await Task.sleep(for: .milliseconds(50)) }
                } catch {
                    logger.warning("voice session not recorded", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// - Returns: `false` if the writer's queue is full.
    private static func record(_ entry: Entry, _ rows: inout Rows, _ store: Store) async throws -> Bool {
        do {
            switch entry {
            case .open(let user, let guild, let channel):
                rows.stays[user] = try await store.openVoiceSession(user: user, guild: guild, channel: channel)
            case .close(let user, let reason):
                guard let row = rows.stays[user] else { return true }
                try await store.closeVoiceSession(row, reason: reason)
                rows.stays[user] = nil
            case .show(let shown):
                guard rows.shown[shown] == nil else { return true }
                // The main gateway may not have read the guild yet: nobody of it need be here when an encoder begins.
                guard let channel = try await store.channel(shown.channel) else { return true }
                rows.shown[shown] = try await store.openStream(
                    user: shown.user, guild: channel.guildID, channel: channel.id, source: shown.source)
            case .hide(let shown):
                guard let row = rows.shown[shown] else { return true }
                try await store.closeStream(row)
                rows.shown[shown] = nil
            }
            return true
        } catch StoreError.queueFull {
            return false
        }
    }

    deinit { entries.close() }

    var hasRoom: Bool { entries.hasRoom }
    func room() async { await entries.room() }

    func open(user: Snowflake, guild: Snowflake, channel: Snowflake) {
        entries.post(.open(user: user, guild: guild, channel: channel))
    }

    func show(user: Snowflake, channel: Snowflake, _ source: Stream.Source) {
        entries.post(.show(Shown(user: user, channel: channel, source: source)))
    }

    func hide(user: Snowflake, channel: Snowflake, _ source: Stream.Source) {
        entries.post(.hide(Shown(user: user, channel: channel, source: source)))
    }

    func close(user: Snowflake, _ reason: VoiceSession.EndReason) {
        entries.post(.close(user: user, reason))
    }
}
