import Control
import SFU

/// One WHIP or WHEP session: an HTTP resource on one side, a peer of the media server on the other.
struct MediaResource: Sendable {
    enum Kind: String, Sendable {
        /// The client publishes (RFC 9725).
        case whip
        /// The client watches.
        case whep
    }

    let id: String
    let kind: Kind
    let guild: Snowflake
    let channel: Snowflake
    let owner: MediaOwner
    /// What is published, or of the watched user what is shown.
    let source: TrackSource
    let peer: PeerID
    let answerer: Answerer
    var negotiation: NegotiationState
    /// Names the ICE session (RFC 9725 §4.3.1): a restart changes it.
    var entityTag = MediaResource.newEntityTag()
    /// Media flows, or did.
    var isConnected = false
    var rights: VoiceRights

    var path: String { "/api/v10/channels/\(channel)/\(kind.rawValue)/\(id)" }

    /// What the media server enforces.
    var peerRights: PeerRights { PeerRights(rights) }

    static func newEntityTag() -> String { "\"\(RandomToken.make())\"" }
}

extension MediaResource.Kind {
    /// CONNECT for both; publishing needs something that may be published besides: STREAM with a tier, or SPEAK.
    func isAllowed(by rights: VoiceRights) -> Bool {
        guard rights.view, rights.connect else { return false }
        return self == .whep || rights.speak || (rights.stream && rights.publishTier != nil)
    }
}
