/// Who may do what: Discord's algorithm, as a pure function of the guild, its roles and one member.
///
/// The order matters. The owner may do everything. The base is `@everyone`'s permissions joined with those of the member's roles; with
/// ADMINISTRATOR in it, everything again. In a channel the overwrites follow: first the one for `@everyone`, then those of all the member's roles
/// taken together (denials first, then allowances), then the member's own. Last come the implicit denials: who cannot see a channel can do nothing in it.
/// Someone who is not a member has no permission at all, not even those of `@everyone`.
package struct PermissionCalculator: Sendable {
    /// Permissions in the guild, before any channel's overwrites.
    package let base: Permissions

    private let guildID: Snowflake
    private let userID: Snowflake?
    private let roles: Set<Snowflake>
    /// Owner or administrator: overwrites do not bind.
    private let isUnbound: Bool

    /// - Parameter member: `nil` for someone who is not in the guild.
    package init(guild: Guild, roles: [Role], member: Member?) {
        guildID = guild.id
        userID = member?.user.id
        self.roles = Set(member?.roles ?? [])
        guard let member else {
            base = []
            isUnbound = false
            return
        }
        let held = Set(member.roles)
        let union = roles.filter { $0.isEveryone || held.contains($0.id) }.reduce(into: Permissions()) { $0.formUnion($1.permissions) }
        isUnbound = guild.ownerID == member.user.id || union.contains(.administrator)
        base = isUnbound ? .all : union
    }

    /// Permissions in one channel of the guild.
    package func permissions(in channel: Channel) -> Permissions {
        // A channel of another guild is an object looked up by a foreign id: nobody of this guild has a right to it.
        guard let userID, channel.guildID == guildID else { return [] }
        if isUnbound { return .all }
        var permissions = base
        for overwrite in channel.overwrites where overwrite.kind == .role && overwrite.id == guildID {
            permissions.apply(allow: overwrite.allow, deny: overwrite.deny)
        }
        let ofRoles = channel.overwrites.filter { $0.kind == .role && $0.id != guildID && roles.contains($0.id) }
        permissions.apply(
            allow: ofRoles.reduce(into: Permissions()) { $0.formUnion($1.allow) },
            deny: ofRoles.reduce(into: Permissions()) { $0.formUnion($1.deny) })
        for overwrite in channel.overwrites where overwrite.kind == .member && overwrite.id == userID {
            permissions.apply(allow: overwrite.allow, deny: overwrite.deny)
        }
        return permissions.withImplicitDenials(in: channel.kind)
    }
}

extension Permissions {
    fileprivate mutating func apply(allow: Permissions, deny: Permissions) {
        subtract(deny)
        formUnion(allow)
    }

    /// Who cannot see a channel has no permission in it; who cannot connect to a voice channel has none of the voice ones, nor may govern the channel.
    fileprivate func withImplicitDenials(in kind: Channel.Kind) -> Permissions {
        guard contains(.viewChannel) else { return [] }
        if kind == .voice && !contains(.connect) {
            return subtracting([
                .connect, .speak, .stream, .muteMembers, .deafenMembers, .moveMembers, .useVoiceActivity, .prioritySpeaker,
                .useEmbeddedActivities, .useSoundboard, .useExternalSounds, .setVoiceChannelStatus,
                .manageChannels, .manageRoles,
            ])
        }
        // Discord: without SEND_MESSAGES nothing that rides on a message is left either.
        if !contains(.sendMessages) {
            return subtracting([.mentionEveryone, .sendTTSMessages, .attachFiles, .embedLinks])
        }
        return self
    }
}
