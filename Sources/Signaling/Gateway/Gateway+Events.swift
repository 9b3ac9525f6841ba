import Control

// What was committed, to those who may hear it, and to live voice.
extension Gateway {
    func committed(_ event: DomainEvent) {
        switch event {
        case .userUpdated(let user): userUpdated(user)
        case .guildCreated(let snapshot): guildCreated(snapshot)
        case .guildDeleted(let id, _): guildDeleted(id)
        case .memberAdded(let member): memberAdded(member)
        case .memberRemoved(let guild, let user, _): memberRemoved(user, from: guild)
        case .sessionsRevoked(let user, let revoked): sessionsRevoked(user, revoked)
        case .guildUpdated, .channelCreated, .channelUpdated, .channelDeleted, .roleCreated, .roleUpdated, .roleDeleted, .memberUpdated,
            .streamTierUpdated, .voiceTierUpdated:
            guildChanged(event)
        case .banAdded(let guild, let user):
            dispatch("GUILD_BAN_ADD", ["guild_id": .id(guild), "user": user.payload], guild: guild, holding: .banMembers)
        case .banRemoved(let guild, let user):
            dispatch("GUILD_BAN_REMOVE", ["guild_id": .id(guild), "user": user.payload], guild: guild, holding: .banMembers)
        case .inviteCreated(let invite):
            dispatch("INVITE_CREATE", inviteCreated(invite), guild: invite.guildID, holding: [.manageGuild, .manageChannels])
        case .inviteDeleted(let invite):
            let data: JSONValue = ["guild_id": .id(invite.guildID), "channel_id": .id(invite.channelID), "code": .string(invite.code)]
            dispatch("INVITE_DELETE", data, guild: invite.guildID, holding: [.manageGuild, .manageChannels])
        case .streamKeyCreated, .streamKeyRevoked:
            break  // WHIP has its own ear for these; clients list keys by REST.
        }
    }

    private func inviteCreated(_ invite: Invite) -> JSONValue {
        [
            "guild_id": .id(invite.guildID), "channel_id": .id(invite.channelID), "code": .string(invite.code),
            "created_at": .time(invite.createdAt), "uses": .int(Int64(invite.uses)), "max_uses": .int(Int64(invite.maxUses)),
            "max_age": .int(Int64(invite.maxAgeSeconds)), "temporary": .bool(invite.isTemporary),
        ]
    }

    // MARK: Guilds

    /// Applies an event to the guild it belongs to, tells it, and follows up what it changed: who sees which channel, who may do what in
    /// voice. While the guild is being loaded the event waits; if nobody here is in the guild, nobody needs to hear.
    private func guildChanged(_ event: DomainEvent) {
        guard let id = event.guildID else { return }
        if loading[id] != nil {
            loading[id]?.keep(event)
        } else if guilds[id] != nil {
            guilds[id]?.apply(event)
            announce(event, id)
            refreshVisibility(of: id, after: event)
            refreshVoice(in: id)
        }
    }

    private func announce(_ event: DomainEvent, _ id: Snowflake) {
        switch event {
        case .guildUpdated(let guild): dispatch("GUILD_UPDATE", guild.payload, guild: id)
        case .channelUpdated(let channel): dispatch("CHANNEL_UPDATE", channel.payload, guild: id, seeing: channel.id)
        case .roleCreated(let role): dispatch("GUILD_ROLE_CREATE", ["guild_id": .id(id), "role": role.payload], guild: id)
        case .roleUpdated(let role): dispatch("GUILD_ROLE_UPDATE", ["guild_id": .id(id), "role": role.payload], guild: id)
        case .roleDeleted(_, let role): dispatch("GUILD_ROLE_DELETE", ["guild_id": .id(id), "role_id": .id(role)], guild: id)
        case .memberUpdated(let member): dispatch("GUILD_MEMBER_UPDATE", member.payload(in: id), guild: id)
        case .streamTierUpdated(let tier):
            dispatch("GUILD_STREAM_TIER_UPDATE", ["guild_id": .id(id), "stream_tier": tier.payload], guild: id)
        case .voiceTierUpdated(let tier):
            dispatch("GUILD_VOICE_TIER_UPDATE", ["guild_id": .id(id), "voice_tier": tier.payload], guild: id)
        default: break  // Told by `refreshVisibility`, or elsewhere.
        }
    }

    /// Channels that came into a member's sight or left it, whichever event did it: a new channel, an overwrite, a role, a member's roles.
    private func refreshVisibility(of id: Snowflake, after event: DomainEvent) {
        guard let guild = guilds[id] else { return }
        for session in audience[id] ?? [] {
            guard let user = sessions[session]?.principal.userID, let before = sessions[session]?.guilds[id] else { continue }
            let now = guild.visibleChannels(to: user)
            guard now != before else { continue }
            sessions[session]?.guilds[id] = now
            for channel in before.subtracting(now).sorted() { hide(channel, in: id, from: session, event) }
            for channel in now.subtracting(before).sorted() { reveal(channel, in: guild, to: session) }
        }
    }

    private func hide(_ id: Snowflake, in guild: Snowflake, from session: String, _ event: DomainEvent) {
        if case .channelDeleted(let channel) = event, channel.id == id {
            dispatch("CHANNEL_DELETE", channel.payload, to: session)
        } else if let channel = guilds[guild]?.channels[id] {
            // Nothing of its new state is told to those who may not see it.
            dispatch("CHANNEL_DELETE", ["id": .id(id), "guild_id": .id(guild), "type": .int(Int64(channel.kind.rawValue))], to: session)
        }
    }

    private func reveal(_ id: Snowflake, in guild: GuildState, to session: String) {
        guard let channel = guild.channels[id] else { return }
        dispatch("CHANNEL_CREATE", channel.payload, to: session)
        for state in voiceStates.values.filter({ $0.channel == id }).sorted(by: { $0.user < $1.user }) {
            dispatch("VOICE_STATE_UPDATE", payload(state), to: session)
        }
    }

    private func guildCreated(_ snapshot: GuildSnapshot) {
        let id = snapshot.guild.id
        guard loading[id] == nil else { return }  // What is read after this commit knows it.
        let users = snapshot.members.map(\.user.id)
        noteJoins(users, id)
        let ids = users.flatMap { sessionsOfUser[$0] ?? [] }
        guard !ids.isEmpty else { return }
        if guilds[id] == nil { guilds[id] = GuildState(snapshot) }
        for session in ids { introduce(id, to: session) }
    }

    private func guildDeleted(_ id: Snowflake) {
        guard loading[id] == nil else {
            loading[id]?.keep(.guildDeleted(id, members: []))
            return
        }
        for state in voiceStates.values where state.guild == id { leaveVoice(state.user, .disconnected, .notice(.channelDeleted)) }
        for session in audience[id] ?? [] {
            sessions[session]?.guilds[id] = nil
            dispatch("GUILD_DELETE", ["id": .id(id)], to: session)
        }
        audience[id] = nil
        guilds[id] = nil
        for watch in watches.values where watch.guild == id { tell(watch) }
    }

    // MARK: Members

    private func memberAdded(_ member: Member) {
        let (id, user) = (member.guildID, member.user.id)
        noteJoins([user], id)
        if loading[id] != nil {
            loading[id]?.keep(.memberAdded(member))
            return
        }
        let mine = sessionsOfUser[user] ?? []
        guard guilds[id] != nil else {
            guard !mine.isEmpty else { return }
            load(id)
            loading[id]?.keep(.memberAdded(member))
            return
        }
        guilds[id]?.apply(.memberAdded(member))
        dispatch("GUILD_MEMBER_ADD", member.payload(in: id), guild: id) { $0.principal.userID != user }
        for session in mine where sessions[session]?.guilds[id] == nil { introduce(id, to: session) }
    }

    /// Sign-ins under way learn of memberships that their snapshot may not have.
    private func noteJoins(_ users: [Snowflake], _ guild: Snowflake) {
        for (socket, signIn) in Array(pending) {
            if let answer = signIn.answer {
                guard users.contains(answer.principal.userID), guilds[guild] == nil else { continue }
                pending[socket]?.awaited.insert(guild)
                load(guild)
            } else {
                pending[socket]?.joined += users.map { ($0, guild) }
                giveUpIfOverfull(socket)
            }
        }
    }

    private func memberRemoved(_ user: User, from id: Snowflake) {
        let event = DomainEvent.memberRemoved(guild: id, user: user, reason: .left)
        guard loading[id] == nil else {
            loading[id]?.keep(event)
            return
        }
        guard guilds[id] != nil else { return }
        if let state = voiceStates[user.id], state.guild == id { leaveVoice(user.id, .revoked, .notice(.permission)) }
        guilds[id]?.apply(event)
        for session in sessionsOfUser[user.id] ?? [] where sessions[session]?.guilds[id] != nil {
            sessions[session]?.guilds[id] = nil
            audience[id]?.remove(session)
            dispatch("GUILD_DELETE", ["id": .id(id)], to: session)
        }
        dispatch("GUILD_MEMBER_REMOVE", ["guild_id": .id(id), "user": user.payload], guild: id)
        refreshVoice(in: id)
        releaseIfUnused(id)
    }

    private func userUpdated(_ user: User) {
        for id in loading.keys { loading[id]?.keep(.userUpdated(user)) }
        for session in sessionsOfUser[user.id] ?? [] { dispatch("USER_UPDATE", user.ownPayload, to: session) }
        for (id, guild) in guilds where guild.members[user.id] != nil {
            guilds[id]?.apply(.userUpdated(user))
            guard let member = guilds[id]?.members[user.id] else { continue }
            dispatch("GUILD_MEMBER_UPDATE", member.payload(in: id), guild: id)
            refreshVoice(in: id)
        }
    }

    private func sessionsRevoked(_ user: Snowflake, _ revoked: [Snowflake]?) {
        for socket in Array(pending.keys) {
            pending[socket]?.revoked.append((user, revoked))
            giveUpIfOverfull(socket)
        }
        for id in sessionsOfUser[user] ?? [] {
            guard let session = sessions[id], revoked?.contains(session.principal.sessionID) ?? true else { continue }
            if voiceStates[user]?.sessionID == id { leaveVoice(user, .revoked, .notice(.permission)) }
            closeSession(id, .authenticationFailed, "the session was revoked")
        }
    }
}

extension DomainEvent {
    /// The one guild it belongs to, if it is one that changes a guild.
    fileprivate var guildID: Snowflake? {
        switch self {
        case .guildUpdated(let guild): guild.id
        case .channelCreated(let channel), .channelUpdated(let channel), .channelDeleted(let channel): channel.guildID
        case .roleCreated(let role), .roleUpdated(let role): role.guildID
        case .roleDeleted(let guild, _): guild
        case .memberUpdated(let member): member.guildID
        case .streamTierUpdated(let tier): tier.guildID
        case .voiceTierUpdated(let tier): tier.guildID
        default: nil
        }
    }
}

extension Member {
    /// The member as the guild's events carry it: with the guild's id beside the member's own fields.
    fileprivate func payload(in guild: Snowflake) -> JSONValue {
        guard case .object(var object) = payload else { return payload }
        object["guild_id"] = .id(guild)
        return .object(object)
    }
}
