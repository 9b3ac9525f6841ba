/// A code that lets people into a guild.
package struct Invite: Sendable, Equatable {
    package let code: String
    package let guildID: Snowflake
    package let channelID: Snowflake
    package let inviterID: Snowflake?
    package var uses: Int
    /// 0 is no limit.
    package let maxUses: Int
    /// Seconds; 0 is for ever.
    package let maxAgeSeconds: Int
    package let isTemporary: Bool
    package let createdAt: Timestamp
    package var expiresAt: Timestamp? {
        maxAgeSeconds == 0 ? nil : createdAt.advanced(by: .seconds(maxAgeSeconds))
    }

    package func isUsable(at now: Timestamp) -> Bool {
        if let expiresAt, expiresAt <= now { return false }
        return maxUses == 0 || uses < maxUses
    }
}
