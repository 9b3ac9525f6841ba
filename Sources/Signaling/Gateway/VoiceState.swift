import Control

/// Where a user is connected: at most one channel, whatever number of devices.
struct VoiceState: Equatable {
    var user: Snowflake
    var guild: Snowflake
    var channel: Snowflake
    /// Of the main gateway: the device that is in the channel.
    var sessionID: String
    var selfMute: Bool
    var selfDeaf: Bool
    var selfVideo = false
    var selfStream = false
    /// The voice gateway has a session for it; until then a repeated op 4 gets a new token.
    var isLive = false
    /// Rights as the voice gateway was last told.
    var member: VoiceMember

    /// Discord's voice state. `channel_id` is null when the user has just left.
    func payload(left: Bool = false, member: JSONValue) -> JSONValue {
        [
            "guild_id": .id(guild), "channel_id": left ? .null : .id(channel), "user_id": .id(user), "session_id": .string(sessionID),
            "member": member, "mute": .bool(self.member.rights.isServerMuted), "deaf": .bool(self.member.rights.isServerDeafened),
            "self_mute": .bool(selfMute), "self_deaf": .bool(selfDeaf), "self_video": .bool(selfVideo), "self_stream": .bool(selfStream),
            "suppress": false, "request_to_speak_timestamp": .null,
        ]
    }
}
