// Discord's objects as JSON (bot-contract §3 and §4: which keys must be there, and which may be null).

extension User {
    /// What anyone may see.
    package var payload: JSONValue { .object(publicObject) }

    private var publicObject: JSONObject {
        JSONObject([
            ("id", .id(id)), ("username", .string(username)), ("discriminator", "0"), ("global_name", .stringOrNull(globalName)),
            ("avatar", .stringOrNull(avatar)), ("bot", .bool(isBot)), ("public_flags", 0),
        ])
    }

    /// What the user sees of the own account.
    package var ownPayload: JSONValue {
        var object = publicObject
        object["email"] = .string(email)
        object["verified"] = true
        object["mfa_enabled"] = false
        object["locale"] = "en-US"
        object["flags"] = 0
        object["operator"] = .bool(isOperator)
        return .object(object)
    }
}

extension Guild {
    /// Without what is inside; `GuildSnapshot.guildCreatePayload` has that.
    package var payload: JSONValue { .object(object(roles: nil)) }

    package func payload(roles: [Role]) -> JSONValue { .object(object(roles: roles)) }

    func object(roles: [Role]?) -> JSONObject {
        var object = JSONObject([
            ("id", .id(id)), ("name", .string(name)), ("description", .stringOrNull(description)), ("icon", nil), ("splash", nil),
            ("banner", nil),
            ("owner_id", .id(ownerID)), ("afk_channel_id", nil), ("afk_timeout", 300), ("verification_level", 0),
            ("default_message_notifications", 0), ("explicit_content_filter", 0), ("mfa_level", 0), ("nsfw_level", 0), ("premium_tier", 0),
            ("premium_subscription_count", 0), ("preferred_locale", "en-US"), ("features", []), ("system_channel_id", nil),
            ("system_channel_flags", 0), ("rules_channel_id", nil), ("public_updates_channel_id", nil), ("vanity_url_code", nil),
            ("application_id", nil), ("emojis", []), ("stickers", []), ("premium_progress_bar_enabled", false),
        ])
        if let roles { object["roles"] = .array(roles.map(\.payload)) }
        return object
    }
}

extension GuildSnapshot {
    /// The `d` of GUILD_CREATE for one member: channels hidden from the member are left out.
    package func guildCreatePayload(for user: Snowflake, voiceStates: [JSONValue], presences: [JSONValue]) -> JSONValue {
        let seen = visible(to: user)
        var object = guild.object(roles: roles)
        object["joined_at"] = .time(member(user)?.joinedAt ?? guild.createdAt)
        object["large"] = false
        object["unavailable"] = false
        object["member_count"] = .int(Int64(members.count))
        object["channels"] = .array(seen.channels.map(\.payload))
        object["members"] = .array(members.map(\.payload))
        object["threads"] = []
        object["presences"] = .array(presences)
        object["voice_states"] = .array(voiceStates)
        object["stage_instances"] = []
        object["guild_scheduled_events"] = []
        object["soundboard_sounds"] = []
        object["stream_tiers"] = .array(streamTiers.map(\.payload))
        object["voice_tiers"] = .array(voiceTiers.map(\.payload))
        return .object(object)
    }
}

extension Role {
    package var payload: JSONValue {
        [
            "id": .id(id), "name": .string(name), "permissions": .permissions(permissions), "position": .int(Int64(position)),
            "color": .int(Int64(color)),
            "colors": ["primary_color": .int(Int64(color)), "secondary_color": nil, "tertiary_color": nil],
            "hoist": .bool(isHoisted), "managed": false, "mentionable": .bool(isMentionable), "icon": nil, "unicode_emoji": nil, "flags": 0,
        ]
    }
}

extension PermissionOverwrite {
    package var payload: JSONValue {
        ["id": .id(id), "type": .int(Int64(kind.rawValue)), "allow": .permissions(allow), "deny": .permissions(deny)]
    }
}

extension Channel {
    package var payload: JSONValue {
        var object = JSONObject([
            ("id", .id(id)), ("type", .int(Int64(kind.rawValue))), ("guild_id", .id(guildID)), ("name", .string(name)),
            ("position", .int(Int64(position))), ("permission_overwrites", .array(overwrites.map(\.payload))),
            ("parent_id", .idOrNull(parentID)),
            ("nsfw", false), ("flags", 0),
        ])
        switch kind {
        case .category: break
        case .text:
            object["topic"] = .stringOrNull(topic)
            object["rate_limit_per_user"] = 0
            object["last_message_id"] = .null
        case .voice:
            object["bitrate"] = .int(Int64(bitrate))
            object["user_limit"] = .int(Int64(userLimit))
            object["rtc_region"] = .null
            object["rate_limit_per_user"] = 0
            object["last_message_id"] = .null
            object["voice_tier_id"] = .idOrNull(voiceTierID)
        }
        return .object(object)
    }
}

extension Member {
    /// With its user.
    package var payload: JSONValue {
        var object = bareObject
        object["user"] = user.payload
        return .object(object)
    }

    /// Without its user: as it stands in messages and voice states that name the user beside it.
    package var barePayload: JSONValue { .object(bareObject) }

    private var bareObject: JSONObject {
        JSONObject([
            ("nick", .stringOrNull(nick)), ("avatar", nil), ("roles", .ids(roles)), ("joined_at", .time(joinedAt)), ("premium_since", nil),
            ("deaf", .bool(isDeafened)), ("mute", .bool(isMuted)), ("flags", 0), ("pending", false), ("communication_disabled_until", nil),
        ])
    }
}

extension Invite {
    /// - Parameters:
    ///   - online: members connected now, if known.
    package func payload(guild: Guild, channel: Channel, inviter: User?, memberCount: Int?) -> JSONValue {
        var object = JSONObject([
            ("type", 0), ("code", .string(code)),
            (
                "guild",
                [
                    "id": .id(guild.id), "name": .string(guild.name), "features": [], "verification_level": 0, "icon": nil, "splash": nil,
                    "banner": nil, "description": .stringOrNull(guild.description), "vanity_url_code": nil, "nsfw_level": 0,
                    "premium_subscription_count": 0,
                ]
            ),
            ("guild_id", .id(guild.id)),
            ("channel", ["id": .id(channel.id), "name": .string(channel.name), "type": .int(Int64(channel.kind.rawValue))]),
            ("uses", .int(Int64(uses))), ("max_uses", .int(Int64(maxUses))), ("max_age", .int(Int64(maxAgeSeconds))),
            ("temporary", .bool(isTemporary)), ("created_at", .time(createdAt)), ("expires_at", .time(expiresAt)),
        ])
        if let inviter { object["inviter"] = inviter.payload }
        if let memberCount { object["approximate_member_count"] = .int(Int64(memberCount)) }
        return .object(object)
    }
}

extension Ban {
    package var payload: JSONValue { ["reason": .stringOrNull(reason), "user": user.payload] }
}

extension StreamTier {
    package var payload: JSONValue {
        [
            "id": .id(id), "name": .string(name), "width": .int(Int64(width)), "height": .int(Int64(height)),
            "framerate": .int(Int64(framerate)),
            "bitrate": .int(Int64(bitrate)), "publish_roles": .ids(publishRoles), "watch_roles": .ids(watchRoles),
        ]
    }
}

extension VoiceTier {
    package var payload: JSONValue {
        ["id": .id(id), "name": .string(name), "bitrate": .int(Int64(bitrate)), "publish_roles": .ids(publishRoles)]
    }
}

extension StreamKey {
    /// - Parameter secret: only in the answer that made it.
    package func payload(secret: String? = nil) -> JSONValue {
        var object = JSONObject([
            ("id", .id(id)), ("name", .string(name)), ("channel_id", .id(channelID)), ("guild_id", .id(guildID)), ("user_id", .id(userID)),
            ("created_at", .time(createdAt)), ("last_used_at", .time(lastUsedAt)),
        ])
        if let secret { object["key"] = .string(secret) }
        return .object(object)
    }
}

extension Accounts.Grant {
    package var payload: JSONValue {
        [
            "access_token": .string(accessToken), "refresh_token": .string(refreshToken), "token_type": "Bearer",
            "expires_in": .int(expiresIn), "user": user.ownPayload,
        ]
    }
}
