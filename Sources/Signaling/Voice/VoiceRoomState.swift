import Control
import NIOCore
import SFU

/// Who is in a channel and what is published there.
struct VoiceRoomState {
    /// Users with a voice session.
    var members: Set<Snowflake> = []
    /// Users that publish without one (WHIP); `nil` until the main gateway has said who it is.
    var guests: [Snowflake: VoiceMember?] = [:]
    /// Published tracks, and the peer each comes from.
    var tracks: [TrackID: PeerID] = [:]

    /// What everybody in it has still to be told.
    var changes = RoomChanges()
    /// Participants as JSON, until something about them changes.
    var written: [Snowflake: ByteBuffer] = [:]

    /// Members and guests in the order of their ids.
    var people: [Snowflake] { (members + guests.keys.filter { !members.contains($0) }).sorted() }

    var isEmpty: Bool { members.isEmpty && tracks.isEmpty }

    func shows(_ user: Snowflake, _ source: TrackSource) -> Bool {
        tracks[TrackID(participant: ParticipantID(user.rawValue), source: source)] != nil
    }

    func publishes(_ user: Snowflake) -> Bool {
        TrackSource.allCases.contains { shows(user, $0) }
    }

    /// All tracks, as a list.
    var trackList: ByteBuffer {
        ByteBuffer(list: tracks.keys.sorted().map(\.written))
    }
}
