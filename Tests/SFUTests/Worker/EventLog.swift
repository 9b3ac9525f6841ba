import Glibc
import RTP
import Synchronization

@testable import SFU

/// What a server told, and a way to wait for it.
final class EventLog: Sendable {
    private let events = Mutex<[Event]>([])

    func append(_ more: [Event]) { events.withLock { $0 += more } }

    var all: [Event] { events.withLock { $0 } }

    /// Waits until an event is there.
    func contains(_ event: Event, withinSeconds limit: Int = 30) -> Bool {
        let end = realNow + .seconds(limit)
        while realNow < end {
            if all.contains(event) { return true }
            poll(nil, 0, 1)
        }
        return false
    }
}

extension PeerParameters {
    /// A peer without sections, whose checks `STUNClient` writes.
    static func bare(_ id: UInt64, ufrag: String = "local", fingerprint: Fingerprint = anyFingerprint) -> PeerParameters {
        PeerParameters(
            id: PeerID(id), room: RoomID(id), participant: ParticipantID(id),
            localICE: ICECredentials(ufrag: ufrag, password: STUNClient.password),
            remoteICE: ICECredentials(ufrag: "remote", password: "a password of theirs"), remoteFingerprint: fingerprint,
            sections: Sections(), rights: PeerRights())
    }
}
