import Control

/// A guild as of the last event: what decides who hears an event and who may do what in voice, without asking the database.
///
/// It is loaded when the first member's session begins, kept current by the domain events, and dropped with the last session.
struct GuildState {
    private(set) var guild: Guild
    private(set) var roles: [Role]
    private(set) var channels: [Snowflake: Channel]
    private(set) var members: [Snowflake: Member]
    private(set) var streamTiers: [StreamTier]
    private(set) var voiceTiers: [VoiceTier]
    private let loaded: GuildSnapshot

    init(_ snapshot: GuildSnapshot) {
        var template = snapshot
        template.members = []  // not kept twice
        loaded = template
        guild = snapshot.guild
        roles = snapshot.roles
        channels = Dictionary(snapshot.channels.map { ($0.id, $0) }) { $1 }
        members = Dictionary(snapshot.members.map { ($0.user.id, $0) }) { $1 }
        streamTiers = snapshot.streamTiers
        voiceTiers = snapshot.voiceTiers
    }

    /// The guild with only these members of it: a large guild is not sent whole.
    func snapshot(members users: some Sequence<Snowflake>) -> GuildSnapshot {
        var copy = loaded
        copy.guild = guild
        copy.roles = roles
        copy.channels = channels.values.sorted { ($0.position, $0.id) < ($1.position, $1.id) }
        copy.members = users.compactMap { members[$0] }
        copy.streamTiers = streamTiers
        copy.voiceTiers = voiceTiers
        return copy
    }

    /// Takes in an event of this guild; those that say nothing about its state are passed over.
    mutating func apply(_ event: DomainEvent) {
        switch event {
        case .guildCreated(let snapshot): self = GuildState(snapshot)
        case .guildUpdated(let new): guild = new
        case .channelCreated(let channel), .channelUpdated(let channel): channels[channel.id] = channel
        case .channelDeleted(let channel): channels[channel.id] = nil
        case .roleCreated(let role), .roleUpdated(let role): upsert(role, in: &roles, id: \.id)
        case .roleDeleted(_, let role): removeRole(role)
        case .memberAdded(let member), .memberUpdated(let member): members[member.user.id] = member
        case .memberRemoved(_, let user, _): members[user.id] = nil
        case .userUpdated(let user): members[user.id]?.user = user
        case .streamTierUpdated(let tier): upsert(tier, in: &streamTiers, id: \.id)
        case .voiceTierUpdated(let tier): upsert(tier, in: &voiceTiers, id: \.id)
        case .guildDeleted, .banAdded, .banRemoved, .inviteCreated, .inviteDeleted, .streamKeyCreated, .streamKeyRevoked,
            .sessionsRevoked:
            break
        }
    }

    private mutating func removeRole(_ role: Snowflake) {
        roles.removeAll { $0.id == role }
        for user in Array(members.keys) { members[user]?.roles.removeAll { $0 == role } }
    }

    private func upsert<Value>(_ value: Value, in values: inout [Value], id: KeyPath<Value, Snowflake>) {
        if let index = values.firstIndex(where: { $0[keyPath: id] == value[keyPath: id] }) {
            values[index] = value
        } else {
            values.append(value)
        }
    }

    // MARK: Rights

    func calculator(for user: Snowflake) -> PermissionCalculator {
        PermissionCalculator(guild: guild, roles: roles, member: members[user])
    }

    /// The channels that a member sees.
    func visibleChannels(to user: Snowflake) -> Set<Snowflake> {
        let calculator = calculator(for: user)
        return Set(channels.values.lazy.filter { calculator.permissions(in: $0).contains(.viewChannel) }.map(\.id))
    }

    /// What a user may do in one of the voice channels; nothing for a foreigner or in a channel that is not there.
    func voiceRights(of user: Snowflake, in channelID: Snowflake) -> VoiceRights {
        guard let member = members[user], let channel = channels[channelID], channel.kind == .voice else { return .none(in: guild.id) }
        return VoiceRights(of: member, in: channel, calculator(for: user), streamTiers: streamTiers, voiceTiers: voiceTiers)
    }

    /// The tiers at which the user may publish, best first.
    func publishTiers(of user: Snowflake) -> [StreamTier] {
        guard let member = members[user] else { return [] }
        return TierRules.publishable(streamTiers, by: member, permissions: calculator(for: user).base)
    }

    /// Everything the voice gateway needs to know of a member who is or comes to be in a channel.
    func voiceMember(_ user: Snowflake, in channel: Snowflake, selfMute: Bool, selfDeaf: Bool) -> VoiceMember? {
        guard let member = members[user] else { return nil }
        return VoiceMember(
            user: user, username: member.user.username, nick: member.nick ?? member.user.globalName, avatar: member.user.avatar,
            selfMute: selfMute, selfDeaf: selfDeaf, rights: voiceRights(of: user, in: channel),
            tiers: streamTiers.sorted(by: TierRules.isBetter), publishTiers: publishTiers(of: user))
    }
}
