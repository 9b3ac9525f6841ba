import Control
import NIOCore
import SFU

// Who is in which voice channel: op 4, moderators, and what the voice gateway reports.
extension Gateway {
    /// Op 4.
    func updateVoiceState(_ data: JSONValue, _ session: String, on socket: WebSocketConnection) {
        guard let user = sessions[session]?.principal.userID, let guild = data.present("guild_id")?.asSnowflake else {
            return socket.close(.decodeError, reason: "guild_id is missing")
        }
        let (mute, deaf) = (data.present("self_mute")?.asBool ?? false, data.present("self_deaf")?.asBool ?? false)
        guard let channelValue = data.present("channel_id") else {
            // Only the device that is in the channel can leave it.
            if voiceStates[user]?.sessionID == session { leaveVoice(user, .left, .left) }
            return
        }
        guard let channel = channelValue.asSnowflake else { return socket.close(.decodeError, reason: "channel_id is not an id") }
        if var state = voiceStates[user], state.channel == channel, state.sessionID == session {
            (state.selfMute, state.selfDeaf) = (mute, deaf)
            stay(state)
        } else {
            join(user, channel, in: guild, session, mute: mute, deaf: deaf)
        }
    }

    /// Op 4 for the channel one is in: other flags, or a new token where the last one was not used.
    private func stay(_ state: VoiceState) {
        let old = voiceStates[state.user]
        voiceStates[state.user] = state
        refresh(state.user)
        guard let now = voiceStates[state.user] else { return }
        // The mute or deafen of oneself is told by `refresh`; say it once.
        if old?.selfMute == now.selfMute, old?.selfDeaf == now.selfDeaf, !now.isLive { admit(now) }
    }

    private func join(_ user: Snowflake, _ channel: Snowflake, in guild: Snowflake, _ session: String, mute: Bool, deaf: Bool) {
        guard let member = guilds[guild]?.voiceMember(user, in: channel, selfMute: mute, selfDeaf: deaf), member.rights.view else {
            return refuse(session, guild, channel, "not-found", "There is no such voice channel.")
        }
        guard member.rights.connect else {
            return refuse(session, guild, channel, "permission", "You may not connect to this channel.")
        }
        // Counted only where there is a limit: the walk over everybody in voice would be a twentieth of a storm of joins.
        let hasRoom =
            member.rights.userLimit == 0 || member.rights.moveMembers
            || voiceStates.values.count { $0.channel == channel && $0.user != user } < member.rights.userLimit
        guard hasRoom else {
            return refuse(session, guild, channel, "full", "The channel is full.")
        }
        enter(VoiceState(user: user, guild: guild, channel: channel, sessionID: session, selfMute: mute, selfDeaf: deaf, member: member))
    }

    /// The answer to an op 4 that may not be: the client's own state, as it is, and why.
    private func refuse(_ session: String, _ guild: Snowflake, _ channel: Snowflake, _ code: String, _ message: String) {
        guard let user = sessions[session]?.principal.userID else { return }
        let reason: JSONValue = [
            "guild_id": .id(guild), "channel_id": .id(channel), "code": .string(code), "message": .string(message),
        ]
        dispatch("VOICE_JOIN_REFUSED", reason, to: session)
        guard voiceStates[user] == nil else { return }
        let rest: JSONValue = [
            "guild_id": .id(guild), "channel_id": .null, "user_id": .id(user), "session_id": .string(session),
            "member": guilds[guild]?.members[user]?.payload ?? .null, "mute": false, "deaf": false, "self_mute": false, "self_deaf": false,
            "self_video": false, "self_stream": false, "suppress": false, "request_to_speak_timestamp": .null,
        ]
        dispatch("VOICE_STATE_UPDATE", rest, to: session)
    }

    /// Puts a user into a channel, out of the one before, wherever and on whatever device that was.
    private func enter(_ state: VoiceState) {
        if let old = voiceStates[state.user] {
            records.close(user: state.user, .moved)
            if old.guild != state.guild {
                voiceStates[state.user] = nil
                announce(old, left: true)
                releaseIfUnused(old.guild)
            }
            hideFromThoseWhoSeeOnly(old, state)
        }
        voiceStates[state.user] = state
        records.open(user: state.user, guild: state.guild, channel: state.channel)
        announce(state)
        admit(state)
    }

    /// Who saw the user in the old channel and does not see the new one must learn that the user is gone.
    private func hideFromThoseWhoSeeOnly(_ old: VoiceState, _ new: VoiceState) {
        guard old.guild == new.guild, old.channel != new.channel else { return }
        let member = guilds[old.guild]?.members[old.user]?.payload ?? .null
        dispatch("VOICE_STATE_UPDATE", old.payload(left: true, member: member), guild: old.guild) { session in
            let seen = session.guilds[old.guild] ?? []
            return seen.contains(old.channel) && !seen.contains(new.channel)
        }
    }

    /// Gives the device a token for the voice gateway. A live session of the user, on whatever device, ends by it.
    private func admit(_ state: VoiceState) {
        let token = Secret(RandomToken.make())
        voice.post(
            .admit(
                VoiceAdmission(
                    token: token, guild: state.guild, channel: state.channel, sessionID: state.sessionID, member: state.member)))
        guard let endpoint = sessions[state.sessionID]?.voiceEndpoint else { return }
        let data: JSONValue = [
            "token": .string(token.text), "guild_id": .id(state.guild), "channel_id": .id(state.channel), "endpoint": endpoint,
        ]
        dispatch("VOICE_SERVER_UPDATE", data, to: state.sessionID)
    }

    /// Takes a user out of voice.
    ///
    /// - Parameters:
    ///   - reason: for the record.
    ///   - farewell: for the device.
    func leaveVoice(_ user: Snowflake, _ reason: VoiceSession.EndReason, _ farewell: VoiceFarewell) {
        guard let state = voiceStates.removeValue(forKey: user) else { return }
        records.close(user: user, reason)
        announce(state, left: true)
        voice.post(.expel(user: user, farewell))
        releaseIfUnused(state.guild)
    }

    private func announce(_ state: VoiceState, left: Bool = false) {
        let member = guilds[state.guild]?.members[state.user]?.payload ?? .null
        dispatch("VOICE_STATE_UPDATE", state.payload(left: left, member: member), guild: state.guild, seeing: state.channel)
    }

    // MARK: Rights

    /// After an event of the guild: rights, names and tiers of all who are in its channels, and of those who are watched.
    func refreshVoice(in guild: Snowflake) {
        for state in voiceStates.values where state.guild == guild { refresh(state.user) }
        for watch in watches.values where watch.guild == guild { tell(watch) }
    }

    /// Recomputes what a user may do where it is, and tells whom it concerns if that changed.
    private func refresh(_ user: Snowflake) {
        guard var state = voiceStates[user], let guild = guilds[state.guild] else { return }
        let member = guild.voiceMember(user, in: state.channel, selfMute: state.selfMute, selfDeaf: state.selfDeaf)
        guard let member, member.rights.view, member.rights.connect else {
            return leaveVoice(user, .revoked, .notice(guild.channels[state.channel] == nil ? .channelDeleted : .permission))
        }
        let old = state.member
        guard member != old else { return }
        state.member = member
        voiceStates[user] = state
        voice.post(.update(member))
        let isShown =
            (old.selfMute, old.selfDeaf, old.rights.isServerMuted, old.rights.isServerDeafened)
            != (member.selfMute, member.selfDeaf, member.rights.isServerMuted, member.rights.isServerDeafened)
        if isShown { announce(state) }
    }

    // MARK: The voice gateway's reports

    func voiceReported(_ report: VoiceReport) {
        switch report {
        case .opened(let user, let channel):
            guard voiceStates[user]?.channel == channel else { return }
            voiceStates[user]?.isLive = true
        case .ended(let user, let channel, let reason):
            // Only the channel it was in: the user may have joined another one since.
            guard voiceStates[user]?.channel == channel, voiceStates[user]?.isLive == true else { return }
            leaveVoice(user, reason, .sessionOver)
        case .showing(let user, let channel, let camera, let screen):
            guard var state = voiceStates[user], state.channel == channel, (state.selfVideo, state.selfStream) != (camera, screen) else {
                return
            }
            (state.selfVideo, state.selfStream) = (camera, screen)
            voiceStates[user] = state
            announce(state)
        case .streaming(let user, let channel, let source, true): records.show(user: user, channel: channel, source)
        case .streaming(let user, let channel, let source, false): records.hide(user: user, channel: channel, source)
        case .stranger(let user, let channel):
            guard let guild = guilds.values.first(where: { $0.channels[channel] != nil }),
                let member = guild.voiceMember(user, in: channel, selfMute: false, selfDeaf: false)
            else { return }
            voice.post(.introduce(member, channel: channel))
        }
    }
}

// What moderators ask by REST.
extension Gateway {
    /// A moderator moves somebody. Control has looked at both people's rights; they are looked at again, as they are now.
    func move(_ user: Snowflake, in guild: Snowflake, to channel: Snowflake) -> VoiceMove {
        guard let old = voiceStates[user], old.guild == guild else { return .notConnected }
        guard old.channel != channel else { return .moved }
        guard let member = guilds[guild]?.voiceMember(user, in: channel, selfMute: old.selfMute, selfDeaf: old.selfDeaf),
            member.rights.connect
        else { return .notPermitted }
        enter(
            VoiceState(
                user: user, guild: guild, channel: channel, sessionID: old.sessionID, selfMute: old.selfMute, selfDeaf: old.selfDeaf,
                member: member))
        return .moved
    }

    func disconnect(_ user: Snowflake, in guild: Snowflake) {
        guard voiceStates[user]?.guild == guild else { return }
        leaveVoice(user, .disconnected, .notice(.disconnected))
    }

    func connectedChannel(of user: Snowflake, in guild: Snowflake) -> Snowflake? {
        voiceStates[user].flatMap { $0.guild == guild ? $0.channel : nil }
    }
}
