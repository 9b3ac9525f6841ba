import SFU
import Synchronization

/// Where rooms live: the media server, or what a test puts in its place.
package protocol MediaPlane: Sendable {
    /// - Returns: `false` if the command will not be carried out: no such peer any more, or more commands wait than are allowed to.
    @discardableResult
    func send(_ command: Command) -> Bool
    /// Where a participant's clients in a room reach the server.
    func answerEndpoint(for participant: ParticipantID, in room: RoomID) -> AnswerEndpoint
}

extension PeerID {
    private static let counter = Atomic<UInt64>(0)

    /// A number that no peer of this process had: for every `openPeer`, whether of the voice gateway, WHIP or WHEP.
    package static func next() -> PeerID {
        PeerID(counter.add(1, ordering: .relaxed).newValue)
    }
}
