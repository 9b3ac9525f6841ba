/// A room: the media side of one voice channel. The value is the channel's snowflake.
public struct RoomID: Hashable, Sendable, Comparable {
    public var rawValue: UInt64
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    public static func < (a: RoomID, b: RoomID) -> Bool { a.rawValue < b.rawValue }
}

/// Who sends or watches. The value is the user's snowflake. One participant may hold several peers (a browser and OBS over WHIP).
public struct ParticipantID: Hashable, Sendable, Comparable {
    public var rawValue: UInt64
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    public static func < (a: ParticipantID, b: ParticipantID) -> Bool { a.rawValue < b.rawValue }
}

/// One RTCPeerConnection of a client and its counterpart here. Never reused while the server runs.
public struct PeerID: Hashable, Sendable, Comparable {
    public var rawValue: UInt64
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    public static func < (a: PeerID, b: PeerID) -> Bool { a.rawValue < b.rawValue }
}

public enum MediaKind: String, Hashable, Sendable, CaseIterable {
    case audio, video
}

/// What a published track shows. A participant has at most one track of each source; a later one replaces the earlier.
public enum TrackSource: String, Hashable, Sendable, CaseIterable, Comparable {
    case microphone, camera, screen
    case screenAudio = "screen-audio"

    public var kind: MediaKind {
        switch self {
        case .microphone, .screenAudio: .audio
        case .camera, .screen: .video
        }
    }

    public static func < (a: TrackSource, b: TrackSource) -> Bool { a.rawValue < b.rawValue }
}

/// A published track: whose, and of what.
public struct TrackID: Hashable, Sendable, Comparable {
    public var participant: ParticipantID
    public var source: TrackSource

    public init(participant: ParticipantID, source: TrackSource) {
        self.participant = participant
        self.source = source
    }

    public static func < (a: TrackID, b: TrackID) -> Bool {
        (a.participant, a.source) < (b.participant, b.source)
    }
}
