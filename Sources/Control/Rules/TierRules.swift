/// Which tiers a member may use.
package enum TierRules {
    /// The ceiling that lets the most through: by pixels, then frames, then bits.
    package static func isBetter(_ a: StreamTier, _ b: StreamTier) -> Bool {
        (a.width * a.height, a.framerate, a.bitrate, b.id) > (b.width * b.height, b.framerate, b.bitrate, a.id)
    }

    /// Tiers the member may publish at, best first.
    package static func publishable(_ tiers: [StreamTier], by member: Member, permissions: Permissions) -> [StreamTier] {
        tiers.filter { permits($0.publishRoles, member, permissions) }.sorted(by: isBetter)
    }

    /// Tiers the member may receive, best first.
    package static func watchable(_ tiers: [StreamTier], by member: Member, permissions: Permissions) -> [StreamTier] {
        tiers.filter { permits($0.watchRoles, member, permissions) }.sorted(by: isBetter)
    }

    /// The Opus rate for the member in a channel: the channel's tier if it is the member's, else the best lower one that is, else the lowest of all.
    package static func audioBitrate(of channel: Channel, tiers: [VoiceTier], by member: Member, permissions: Permissions) -> Int {
        let allowed = tiers.filter { $0.bitrate <= channel.bitrate && permits($0.publishRoles, member, permissions) }.map(\.bitrate).max()
        return allowed ?? tiers.map(\.bitrate).min() ?? channel.bitrate
    }

    private static func permits(_ roles: [Snowflake], _ member: Member, _ permissions: Permissions) -> Bool {
        permissions.contains(.administrator) || roles.contains(member.guildID) || roles.contains { member.roles.contains($0) }
    }
}
