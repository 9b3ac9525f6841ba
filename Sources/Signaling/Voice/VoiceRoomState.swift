import Control
import SFU

/// Who is in a channel and what is published there.
struct VoiceRoomState {
    /// Users with a voice session.
    var members: Set<Snowflake> = []
    /// Users that publish without one (WHIP); `nil` until the main gateway has said who it is.
    var guests: [Snowflake: VoiceMember?] = [:]
    /// Published tracks, and the peer each comes from.
    var tracks: [TrackID: PeerID] = [:]

    var isEmpty: Bool { members.isEmpty && tracks.isEmpty }

    func shows(_ user: Snowflake, _ source: TrackSource) -> Bool {
        tracks[TrackID(participant: ParticipantID(user.rawValue), source: source)] != nil
    }

    func publishes(_ user: Snowflake) -> Bool {
        tracks.keys.contains { $0.participant.rawValue == user.rawValue }
    }

    var tracksPayload: JSONValue {
        .array(
            tracks.keys.sorted().map { track in
                [
                    "user_id": .string(String(track.participant.rawValue)), "source": .string(track.source.rawValue),
                    "kind": .string(track.source.kind.rawValue),
                ]
            })
    }
}
