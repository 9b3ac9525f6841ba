import Control
import Logging

/// Keeps the record of who was in which voice channel. Rows are opened and closed one after the other, so that a stay of a moment is
/// closed too; nobody waits for it. While `capacity` entries wait for the database the main gateway takes on nothing new.
final class VoiceRecords: Sendable {
    private enum Entry: Sendable {
        case open(user: Snowflake, guild: Snowflake, channel: Snowflake)
        case close(user: Snowflake, VoiceSession.EndReason)
    }

    /// Chosen: two seconds of a database that commits a row at a time.
    private let entries = Mailbox<Entry>(capacity: 4096)
    private let task: Task<Void, Never>

    init(store: Store, logger: Logger) {
        let entries = entries
        task = Task {
            var rows: [Snowflake: Snowflake] = [:]
            for await entry in entries.messages {
                do {
                    switch entry {
                    case .open(let user, let guild, let channel):
                        rows[user] = try await store.openVoiceSession(user: user, guild: guild, channel: channel)
                    case .close(let user, let reason):
                        guard let row = rows.removeValue(forKey: user) else { continue }
                        try await store.closeVoiceSession(row, reason: reason)
                    }
                } catch {
                    logger.warning("voice session not recorded", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    deinit { entries.close() }

    var hasRoom: Bool { entries.hasRoom }
    func room() async { await entries.room() }

    func open(user: Snowflake, guild: Snowflake, channel: Snowflake) {
        entries.post(.open(user: user, guild: guild, channel: channel))
    }

    func close(user: Snowflake, _ reason: VoiceSession.EndReason) {
        entries.post(.close(user: user, reason))
    }
}
