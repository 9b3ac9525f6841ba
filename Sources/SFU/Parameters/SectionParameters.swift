import RTP

/// A section on which the client sends and we receive: one published track.
public struct ReceiveSection: Equatable, Sendable {
    public var mid: String
    public var source: TrackSource
    /// In order of preference; the sender may use any of them.
    public var codecs: [CodecParameters]
    public var extensions: HeaderExtensionIDs
    public var feedback: FeedbackParameters
    /// Simulcast restriction ids in the offer's order (RFC 8853); empty where the section is not simulcast. With rids, `ssrcs` is not
    /// looked at: Firefox's lines do not say which rid is whose, so streams are bound by the MID and RID header extensions.
    public var rids: [String]
    /// From `a=ssrc` and `a=ssrc-group:FID` (primary first), where the section has no rids.
    public var ssrcs: [DeclaredSSRC]

    public init(
        mid: String, source: TrackSource, codecs: [CodecParameters], extensions: HeaderExtensionIDs, feedback: FeedbackParameters,
        rids: [String] = [], ssrcs: [DeclaredSSRC] = []
    ) {
        self.mid = mid
        self.source = source
        self.codecs = codecs
        self.extensions = extensions
        self.feedback = feedback
        self.rids = rids
        self.ssrcs = ssrcs
    }
}

/// A media stream that the offer names, and its RTX stream.
public struct DeclaredSSRC: Equatable, Sendable {
    public var ssrc: SSRC
    public var rtx: SSRC?
    public init(ssrc: SSRC, rtx: SSRC? = nil) {
        self.ssrc = ssrc
        self.rtx = rtx
    }
}

/// What a slot carries.
public enum SlotPurpose: String, Hashable, Sendable, CaseIterable {
    /// The loudest participants' microphones, chosen by the server.
    case audio
    case video
    case screen
    case screenAudio = "screen-audio"

    public var kind: MediaKind { self == .audio || self == .screenAudio ? .audio : .video }
}

/// A section on which we send and the client receives: a slot onto which the room maps published tracks (docs/architecture.md).
public struct SlotSection: Equatable, Sendable {
    public var mid: String
    public var purpose: SlotPurpose
    /// Position among the slots of the same purpose; audio and video slots of one index share an msid, so browsers lip-sync them.
    public var index: Int
    /// Fixed for the life of the section.
    public var ssrc: SSRC
    /// Present where RTX was negotiated.
    public var rtx: SSRC?
    public var codecs: [CodecParameters]
    public var extensions: HeaderExtensionIDs
    public var feedback: FeedbackParameters
    /// A WHEP viewer's slots carry exactly this track and nothing else.
    public var pinned: TrackID?

    public init(
        mid: String, purpose: SlotPurpose, index: Int, ssrc: SSRC, rtx: SSRC? = nil, codecs: [CodecParameters],
        extensions: HeaderExtensionIDs, feedback: FeedbackParameters, pinned: TrackID? = nil
    ) {
        self.mid = mid
        self.purpose = purpose
        self.index = index
        self.ssrc = ssrc
        self.rtx = rtx
        self.codecs = codecs
        self.extensions = extensions
        self.feedback = feedback
        self.pinned = pinned
    }
}
