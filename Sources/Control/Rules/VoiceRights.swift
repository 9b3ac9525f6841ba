/// What one user may do in one voice channel, and how well. Recomputed whenever a domain event touches the user, a role or the channel.
package struct VoiceRights: Sendable, Equatable {
    package var guildID: Snowflake
    package var view: Bool
    package var connect: Bool
    package var speak: Bool
    /// May publish camera and screen.
    package var stream: Bool
    package var prioritySpeaker: Bool
    /// Without it the client must use push-to-talk.
    package var useVoiceActivity: Bool
    package var muteMembers: Bool
    package var deafenMembers: Bool
    package var moveMembers: Bool
    /// Muted or deafened by a moderator.
    package var isServerMuted: Bool
    package var isServerDeafened: Bool
    /// The best tier the user may publish at; `nil`: none, so no video.
    package var publishTier: StreamTier?
    /// The best tier the user may receive; `nil`: none, so no video.
    package var watchTier: StreamTier?
    /// Every tier the user may receive, best first: what the page's tier picker offers.
    package var watchTiers: [StreamTier]
    /// Opus rate for this user in this channel, bits per second.
    package var audioBitrate: Int
    /// 0 is no limit. Those who may move members are let in beyond it.
    package var userLimit: Int

    /// The rights of someone with no business here.
    package static func none(in guild: Snowflake) -> VoiceRights {
        VoiceRights(
            guildID: guild, view: false, connect: false, speak: false, stream: false, prioritySpeaker: false, useVoiceActivity: false,
            muteMembers: false, deafenMembers: false, moveMembers: false, isServerMuted: false, isServerDeafened: false,
            publishTier: nil, watchTier: nil, watchTiers: [], audioBitrate: 0, userLimit: 0)
    }
}

extension VoiceRights {
    /// What a member may do in a voice channel of its guild; nothing where it does not see the channel.
    ///
    /// - Parameters:
    ///   - calculator: of this member.
    ///   - streamTiers: all of the guild's, in any order; `voiceTiers` likewise.
    package init(
        of member: Member, in channel: Channel, _ calculator: PermissionCalculator, streamTiers: [StreamTier], voiceTiers: [VoiceTier]
    ) {
        let rights = calculator.permissions(in: channel)
        self = .none(in: channel.guildID)
        guard rights.contains(.viewChannel) else { return }
        view = true
        connect = rights.contains(.connect)
        speak = rights.contains(.speak)
        stream = rights.contains(.stream)
        prioritySpeaker = rights.contains(.prioritySpeaker)
        useVoiceActivity = rights.contains(.useVoiceActivity)
        muteMembers = rights.contains(.muteMembers)
        deafenMembers = rights.contains(.deafenMembers)
        moveMembers = rights.contains(.moveMembers)
        isServerMuted = member.isMuted
        isServerDeafened = member.isDeafened
        publishTier = stream ? TierRules.publishable(streamTiers, by: member, permissions: calculator.base).first : nil
        watchTiers = TierRules.watchable(streamTiers, by: member, permissions: calculator.base)
        watchTier = watchTiers.first
        audioBitrate = TierRules.audioBitrate(of: channel, tiers: voiceTiers, by: member, permissions: calculator.base)
        userLimit = channel.userLimit
    }
}
