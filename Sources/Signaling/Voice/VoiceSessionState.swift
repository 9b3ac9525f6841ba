import Control
import SFU

/// One member's stay in one channel as the voice gateway sees it: the device, its media connection and what it wishes.
///
/// Media exists (`peer` is set) only between an answered offer and the end of the session; who may send and receive what over it is in
/// `member.peerRights`, told to the media server when it opens and whenever it changes.
struct VoiceSessionState {
    let id: String
    let resumeToken: Secret
    let guild: Snowflake
    let channel: Snowflake
    var member: VoiceMember
    /// `nil` while the client is away.
    var socket: UInt64?
    var detachedAt: ContinuousClock.Instant?
    var outbox = VoiceOutbox()

    var peer: PeerID?
    var negotiation: NegotiationState?
    /// Sources that the client says carry no track now.
    var inactive: Set<TrackSource> = []
    var isAuto = true
    var wishes: [VoiceWish] = []
    /// As the media server last said, for clients that come back.
    var slots: [SlotAssignment] = []
    var layers: [LayerReport] = []
    var watched: [TrackSource: [WatchedEncoding]] = [:]

    var room: RoomID { RoomID(channel.rawValue) }
    var participant: ParticipantID { ParticipantID(member.user.rawValue) }

    /// The wishes in the media server's words. A tier that the member may not watch does not raise anything: the watch ceiling stands.
    var subscriptions: [Subscription] {
        wishes.map { wish in
            let tier = wish.tier.flatMap { id in member.tiers.first { $0.id == id } }
            return Subscription(
                track: wish.track, ceiling: tier.map { VideoCeiling($0) }, priority: wish.priority, paused: wish.paused)
        }
    }

    /// The media connection is gone; what belonged to it is forgotten.
    mutating func forgetMedia() {
        peer = nil
        negotiation = nil
        slots = []
        layers = []
        watched = [:]
    }
}
