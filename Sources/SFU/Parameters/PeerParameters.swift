/// ICE user fragment and password of one side (RFC 8445 §5.3).
public struct ICECredentials: Equatable, Sendable {
    public var ufrag: String
    public var password: String
    public init(ufrag: String, password: String) {
        self.ufrag = ufrag
        self.password = password
    }
}

/// The hash of a peer's certificate from `a=fingerprint` (RFC 8122).
public struct Fingerprint: Hashable, Sendable {
    public enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case sha256 = "sha-256", sha384 = "sha-384", sha512 = "sha-512"
    }
    public var algorithm: Algorithm
    /// 32, 48 or 64 bytes.
    public var bytes: [UInt8]
    public init(algorithm: Algorithm, bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }
}

/// A peer to be: what signalling knows when it has answered the first offer.
public struct PeerParameters: Sendable {
    public var id: PeerID
    public var room: RoomID
    public var participant: ParticipantID
    public var localICE: ICECredentials
    public var remoteICE: ICECredentials
    public var remoteFingerprint: Fingerprint
    public var sections: Sections
    public var rights: PeerRights

    public init(
        id: PeerID, room: RoomID, participant: ParticipantID, localICE: ICECredentials, remoteICE: ICECredentials,
        remoteFingerprint: Fingerprint, sections: Sections, rights: PeerRights
    ) {
        self.id = id
        self.room = room
        self.participant = participant
        self.localICE = localICE
        self.remoteICE = remoteICE
        self.remoteFingerprint = remoteFingerprint
        self.sections = sections
        self.rights = rights
    }
}

/// Everything one offer/answer exchange agreed on. A later exchange replaces the whole; sections are matched by mid.
public struct Sections: Equatable, Sendable {
    public var receive: [ReceiveSection]
    public var slots: [SlotSection]
    public init(receive: [ReceiveSection] = [], slots: [SlotSection] = []) {
        self.receive = receive
        self.slots = slots
    }
}

/// What a peer may do to the room, decided by signalling from permissions, mutes and tiers, enforced here at every packet.
public struct PeerRights: Equatable, Sendable {
    /// Microphone and screen audio are forwarded: CONNECT and SPEAK, not muted by oneself or a moderator.
    public var speak: Bool
    /// Camera and screen are forwarded (STREAM).
    public var stream: Bool
    /// Audio is sent to this peer: not deafened by oneself or a moderator.
    public var listen: Bool
    /// The highest tier this participant may publish.
    public var publishCeiling: VideoCeiling
    /// The highest tier this participant may watch.
    public var watchCeiling: VideoCeiling

    public init(
        speak: Bool = true, stream: Bool = true, listen: Bool = true, publishCeiling: VideoCeiling = .unlimited,
        watchCeiling: VideoCeiling = .unlimited
    ) {
        self.speak = speak
        self.stream = stream
        self.listen = listen
        self.publishCeiling = publishCeiling
        self.watchCeiling = watchCeiling
    }
}

/// A stream tier as media understands it: no layer above any of these is forwarded.
public struct VideoCeiling: Hashable, Sendable {
    /// Pixels of the shorter side (720 for 1280×720), so that portrait cameras are treated alike.
    public var height: Int
    /// Frames per second.
    public var framerate: Int
    /// Bits per second of the encoded layer.
    public var bitrate: Int

    public init(height: Int, framerate: Int, bitrate: Int) {
        self.height = height
        self.framerate = framerate
        self.bitrate = bitrate
    }

    public static let unlimited = VideoCeiling(height: .max, framerate: .max, bitrate: .max)

    /// The stricter of the two in each respect.
    public func limited(to other: VideoCeiling) -> VideoCeiling {
        VideoCeiling(
            height: min(height, other.height), framerate: min(framerate, other.framerate), bitrate: min(bitrate, other.bitrate))
    }
}

/// A viewer's wish about one video track. Tracks without a wish are shown while slots are free, at `Auto`.
public struct Subscription: Equatable, Sendable {
    public var track: TrackID
    /// `nil` is Auto: the network decides below the viewer's watch ceiling. Otherwise the tier that the viewer picked.
    public var ceiling: VideoCeiling?
    /// Higher is served first when slots or bandwidth are short. Screens default to 200, cameras to 100.
    public var priority: UInt8
    /// The viewer does not want this track now (hidden tile).
    public var paused: Bool

    public init(track: TrackID, ceiling: VideoCeiling? = nil, priority: UInt8, paused: Bool = false) {
        self.track = track
        self.ceiling = ceiling
        self.priority = priority
        self.paused = paused
    }
}
