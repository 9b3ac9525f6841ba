/// What a worker tells signalling.
public enum Event: Sendable, Equatable {
    /// DTLS is done; media flows.
    case connected(PeerID)
    /// The peer is gone from the worker. Nothing follows for it.
    case disconnected(PeerID, DisconnectReason)
    /// No connectivity check has arrived 5 s after the answer: the client's UDP does not reach us.
    case unreachable(PeerID)
    /// Media of this track arrives and may be forwarded.
    case trackStarted(RoomID, TrackID, PeerID)
    case trackStopped(RoomID, TrackID, PeerID)
    /// The whole slot map of a peer, after each change, slots in section order.
    case slots(PeerID, [SlotAssignment])
    /// Who speaks in the room now, at most `ActiveSpeakers.mostTold`, loudest first. Sent on change, at most every 100 ms.
    case speaking(RoomID, [SpeakerLevel])
    /// What a viewer receives of each video slot and why. Sent on change.
    case layers(PeerID, [LayerReport])
    /// Which encodings of a published track anyone watches. A publisher pauses the others (at most 2 s after the last viewer went).
    case watchedEncodings(PeerID, TrackID, [WatchedEncoding])
    case statistics(ticket: UInt64, PeerStatistics?)
}

public enum DisconnectReason: String, Sendable, Equatable {
    /// No authenticated check for 30 s (RFC 7675).
    case consentExpired = "consent-expired"
    /// The handshake did not finish within 30 s, or failed.
    case dtlsFailed = "dtls-failed"
    /// The certificate is not the one in the offer (RFC 8122 §6.2).
    case fingerprintMismatch = "fingerprint-mismatch"
    /// The client closed its association.
    case closedByPeer = "closed-by-peer"
    /// Signalling closed it.
    case closed
    case drained
}

public struct SlotAssignment: Sendable, Equatable {
    public var mid: String
    /// `nil`: the slot is idle.
    public var track: TrackID?
    /// The publisher sends only codecs that this viewer did not negotiate; nothing is forwarded.
    public var codecUnsupported: Bool

    public init(mid: String, track: TrackID?, codecUnsupported: Bool = false) {
        self.mid = mid
        self.track = track
        self.codecUnsupported = codecUnsupported
    }
}

public struct SpeakerLevel: Sendable, Equatable {
    public var participant: ParticipantID
    /// Smoothed level in dB below full scale, 0 (loudest) … 127 (RFC 6464).
    public var level: UInt8
    public init(participant: ParticipantID, level: UInt8) {
        self.participant = participant
        self.level = level
    }
}

/// Why a viewer gets the layer it gets.
public enum LayerReason: String, Sendable, Equatable {
    /// The best layer that exists.
    case best
    /// A better layer exists; the viewer's own tier choice forbids it.
    case viewerTier = "viewer-tier"
    /// A better layer exists; the viewer's roles forbid it.
    case watchTier = "watch-tier"
    /// A better layer exists; the publisher's roles forbid it.
    case publishTier = "publish-tier"
    /// A better layer does not fit the viewer's estimated bandwidth.
    case bandwidth
    /// A better layer is on its way: its keyframe has been asked for.
    case awaitingKeyframe = "awaiting-keyframe"
    /// The publisher does not send a better layer now, or sends more frames than a ceiling allows without temporal layers that could be dropped.
    case publisher
    /// Nothing is forwarded: the viewer paused it.
    case paused
    /// Nothing is forwarded: not even the lowest layer fits or exists.
    case none
}

public struct LayerReport: Sendable, Equatable {
    public var mid: String
    public var track: TrackID
    /// Index into the ladder, 0 is the lowest; `nil` while nothing is forwarded.
    public var layer: Int?
    public var rid: String?
    /// Pixels, 0 while not known from a keyframe.
    public var width: Int
    public var height: Int
    /// Bits per second of the layer, measured over the last second.
    public var bitrate: Int
    /// The viewer's estimated bandwidth in bits per second; 0 where there is no estimate.
    public var estimate: Int
    public var reason: LayerReason

    public init(
        mid: String, track: TrackID, layer: Int?, rid: String?, width: Int, height: Int, bitrate: Int, estimate: Int, reason: LayerReason
    ) {
        self.mid = mid
        self.track = track
        self.layer = layer
        self.rid = rid
        self.width = width
        self.height = height
        self.bitrate = bitrate
        self.estimate = estimate
        self.reason = reason
    }
}

public struct WatchedEncoding: Sendable, Equatable {
    /// `nil` for a track without simulcast.
    public var rid: String?
    public var watched: Bool
    public init(rid: String?, watched: Bool) {
        self.rid = rid
        self.watched = watched
    }
}

/// A snapshot of one peer, for the statistics panel and for `/explain` later.
public struct PeerStatistics: Sendable, Equatable {
    /// Milliseconds; `nil` until a receiver report came back.
    public var roundTripTime: Double?
    public var bytesReceived: UInt64 = 0
    public var bytesSent: UInt64 = 0
    public var packetsReceived: UInt64 = 0
    public var packetsSent: UInt64 = 0
    /// Of what we sent, as the peer's receiver reports say.
    public var packetsLost: Int64 = 0
    public var retransmitted: UInt64 = 0
    /// Bits per second; 0 where there is none.
    public var estimate: Int = 0
    public var selectedAddress: String?
    public var layers: [LayerReport] = []
    public init() {}
}
