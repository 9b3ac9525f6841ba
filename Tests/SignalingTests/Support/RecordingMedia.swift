import SFU
import Synchronization

@testable import Signaling

/// Stands where the media server stands: remembers what it was told.
final class RecordingMedia: MediaPlane {
    private let recorded = Mutex<[Command]>([])

    func send(_ command: Command) -> Bool {
        recorded.withLock { $0.append(command) }
        return true
    }

    func answerEndpoint(for participant: ParticipantID, in room: RoomID) -> AnswerEndpoint {
        AnswerEndpoint(
            candidates: [AnswerCandidate(address: "192.0.2.1", port: 8089, priority: 1)],
            fingerprint: Fingerprint(algorithm: .sha256, bytes: Array(repeating: 7, count: 32)))
    }

    var commands: [Command] { recorded.withLock { $0 } }

    /// Peers opened, in order.
    var opened: [PeerParameters] {
        commands.compactMap { if case .openPeer(let parameters) = $0 { parameters } else { nil } }
    }

    var closed: [PeerID] {
        commands.compactMap { if case .closePeer(let peer) = $0 { peer } else { nil } }
    }

    /// The rights that a peer has now: as opened, or as last set.
    func rights(of peer: PeerID) -> PeerRights? {
        commands.reduce(into: nil) { rights, command in
            switch command {
            case .openPeer(let parameters) where parameters.id == peer: rights = parameters.rights
            case .setRights(peer, let new): rights = new
            case .closePeer(peer): rights = nil
            default: break
            }
        }
    }
}
