import Control
import NIOCore

// Sending events to sessions. Whether a session may see one is decided here, at the moment of sending.
extension Gateway {
    func dispatch(_ type: String, _ data: JSONValue, to session: String) {
        dispatch(type, ByteBuffer(bytes: data.bytes), to: session)
    }

    /// Numbers, keeps and sends one event. `data` is shared among all its receivers.
    func dispatch(_ type: String, own: ByteBuffer = ByteBuffer(), _ data: ByteBuffer, to id: String) {
        // In place: a copy of the session would make the buffer copy all it keeps.
        guard let index = sessions.index(forKey: id), sessions.values[index].wants(type) else { return }
        let dispatch = sessions.values[index].replay.append(type, own: own, data)
        sessions.values[index].socket?.send(dispatch.frame)
    }

    /// To every session that knows the guild and passes `filter`; the event is written once.
    func dispatch(
        _ type: String, _ data: @autoclosure () -> JSONValue, guild: Snowflake, where filter: (GatewaySession) -> Bool = { _ in true }
    ) {
        guard let ids = audience[guild], !ids.isEmpty else { return }
        var bytes: ByteBuffer?
        for id in ids {
            // Not under a name: a copy that lives on would make the buffer copy all it keeps.
            guard sessions[id].map(filter) == true else { continue }
            let data = bytes ?? ByteBuffer(bytes: data().bytes)
            bytes = data
            dispatch(type, data, to: id)
        }
    }

    /// To the sessions that see the channel.
    func dispatch(_ type: String, _ data: @autoclosure () -> JSONValue, guild: Snowflake, seeing channel: Snowflake) {
        dispatch(type, data(), guild: guild) { $0.guilds[guild]?.contains(channel) == true }
    }

    /// To those who hold a permission in the guild.
    func dispatch(_ type: String, _ data: @autoclosure () -> JSONValue, guild: Snowflake, holding permission: Permissions) {
        dispatch(type, data(), guild: guild) { holds(permission, $0.principal.userID, guild) }
    }

    private func holds(_ permission: Permissions, _ user: Snowflake, _ guild: Snowflake) -> Bool {
        guilds[guild]?.calculator(for: user).base.isDisjoint(with: permission) == false
    }

    /// GUILD_CREATE: the whole guild as this member may see it.
    func introduce(_ id: Snowflake, to session: String, threshold: Int = 250) {
        guard let guild = guilds[id], let user = sessions[session]?.principal.userID, guild.members[user] != nil else { return }
        let visible = guild.visibleChannels(to: user)
        sessions[session]?.guilds[id] = visible
        audience[id, default: []].insert(session)
        let inVoice = voiceStates.values.filter { $0.guild == id && visible.contains($0.channel) }.sorted { $0.user < $1.user }
        let shown = membersShown(of: guild, to: user, inVoice: inVoice.map(\.user), threshold: threshold)
        let key = GuildView(guild: id, channels: visible, members: shown, threshold: threshold)
        let view = views.find(key) {
            let payload = guild.snapshot(members: shown).guildCreatePayload(for: user, voiceStates: inVoice.map(payload), presences: [])
            return payload.settingMemberCount(guild.members.count, threshold: threshold)
        }
        let joined = JSONValue.time(guild.members[user]?.joinedAt).text
        dispatch("GUILD_CREATE", own: ByteBuffer(string: "{\"joined_at\":\(joined),"), view, to: session)
    }

    /// The member itself and those in voice always; others up to the threshold, the rest is asked for by op 8.
    private func membersShown(of guild: GuildState, to user: Snowflake, inVoice: [Snowflake], threshold: Int) -> [Snowflake] {
        guard guild.members.count > threshold else { return guild.members.keys.sorted() }
        let needed = Set(inVoice + [user])
        return (needed + guild.members.keys.sorted().lazy.filter { !needed.contains($0) }.prefix(threshold)).sorted()
    }

    func payload(_ state: VoiceState) -> JSONValue {
        state.payload(member: guilds[state.guild]?.members[state.user]?.payload ?? .null)
    }

    /// Op 8: members by id or by the beginning of their name, a thousand a message.
    func requestMembers(_ data: JSONValue, _ session: String) {
        let ids = data.present("guild_id")?.asArray?.compactMap(\.asSnowflake) ?? [data.present("guild_id")?.asSnowflake].compactMap { $0 }
        guard let id = ids.first, let guild = guilds[id], sessions[session]?.guilds[id] != nil else { return }
        let (found, missing) = members(data, of: guild)
        let chunks = stride(from: 0, to: max(found.count, 1), by: 1000).map { Array(found.dropFirst($0).prefix(1000)) }
        for (index, chunk) in chunks.enumerated() {
            var object = JSONObject([
                ("guild_id", .id(id)), ("members", .array(chunk.map(\.payload))), ("chunk_index", .int(Int64(index))),
                ("chunk_count", .int(Int64(chunks.count))), ("not_found", .ids(missing)),
            ])
            // Discord ignores nonces above 32 bytes.
            if let nonce = data.present("nonce")?.asString, nonce.utf8.count <= 32 { object["nonce"] = .string(nonce) }
            if data.present("presences")?.asBool == true { object["presences"] = [] }
            dispatch("GUILD_MEMBERS_CHUNK", .object(object), to: session)
        }
    }

    private func members(_ data: JSONValue, of guild: GuildState) -> (found: [Member], missing: [Snowflake]) {
        if let wanted = data.present("user_ids") {
            let ids = (wanted.asArray ?? [wanted]).prefix(100).compactMap(\.asSnowflake)
            return (ids.compactMap { guild.members[$0] }, ids.filter { guild.members[$0] == nil })
        }
        let query = data.present("query")?.asString?.lowercased() ?? ""
        let limit = data.present("limit")?.asInt ?? 0
        let all = guild.members.values.sorted { $0.user.id < $1.user.id }.filter { member in
            query.isEmpty || [member.user.username, member.nick ?? ""].contains { $0.lowercased().hasPrefix(query) }
        }
        return (limit > 0 ? Array(all.prefix(limit)) : all, [])
    }
}

extension JSONValue {
    /// The guild's true size where the members listed are fewer.
    fileprivate func settingMemberCount(_ count: Int, threshold: Int) -> JSONValue {
        guard case .object(var object) = self else { return self }
        object["member_count"] = .int(Int64(count))
        object["large"] = .bool(count > threshold)
        return .object(object)
    }
}
