import Control
import SFU

/// Everything the voice gateway knows of a user in a channel. The main gateway tells the whole of it again whenever a part changes.
struct VoiceMember: Equatable, Sendable {
    var user: Snowflake
    var username: String
    var nick: String?
    var avatar: String?
    var selfMute: Bool
    var selfDeaf: Bool
    var rights: VoiceRights
    /// All tiers of the guild, best first.
    var tiers: [StreamTier]
    /// Those the member may publish, best first.
    var publishTiers: [StreamTier]

    /// What the media server enforces.
    var peerRights: PeerRights {
        PeerRights(
            rights, selfMute: selfMute, selfDeaf: selfDeaf)
    }

    /// Video of this person may be shown at all.
    var mayShow: Bool { rights.connect && rights.stream && rights.publishTier != nil }
}

extension PeerRights {
    /// From Control's words to the media server's. Someone who may not connect may do nothing, whatever else the roles say.
    package init(_ rights: VoiceRights, selfMute: Bool = false, selfDeaf: Bool = false) {
        let isIn = rights.view && rights.connect
        self.init(
            speak: isIn && rights.speak && !rights.isServerMuted && !selfMute && !selfDeaf,
            stream: isIn && rights.stream && rights.publishTier != nil,
            listen: isIn && !rights.isServerDeafened && !selfDeaf,
            publishCeiling: VideoCeiling(rights.publishTier),
            watchCeiling: isIn ? VideoCeiling(rights.watchTier) : VideoCeiling(nil))
    }
}

extension VideoCeiling {
    /// A tier's ceiling; no tier lets nothing through.
    package init(_ tier: StreamTier?) {
        guard let tier else {
            self.init(height: 0, framerate: 0, bitrate: 0)
            return
        }
        // A tier names 1280×720; the shorter side counts, so that portrait cameras are treated alike.
        self.init(height: min(tier.width, tier.height), framerate: tier.framerate, bitrate: tier.bitrate)
    }
}
