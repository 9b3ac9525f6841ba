import SFU
import Synchronization

/// Brings the media server's events to whom they concern: to WHIP and WHEP for the peers that they registered, to the voice gateway the
/// rest. `publish` is called on worker threads and does not block.
package final class MediaEvents: Sendable {
    /// Hears everything about one peer. Called on a worker's thread; must not block.
    package typealias Listener = @Sendable (Event) -> Void

    private let voice: Mailbox<VoiceMessage>
    private let listeners = Mutex<[PeerID: Listener]>([:])
    private let media = Mutex<(any MediaPlane)?>(nil)
    private let questions = Mutex<[UInt64: @Sendable (PeerStatistics?) -> Void]>([:])
    /// Tickets of `statistics(of:)` count from here, those of the voice gateway from 1.
    private let lastTicket = Atomic<UInt64>(1 << 63)

    package init(_ voice: VoiceMailbox) {
        self.voice = voice.mailbox
    }

    /// Where peers are ended whose events nobody could take.
    func attach(_ media: any MediaPlane) {
        self.media.withLock { $0 = media }
    }

    package func publish(_ events: [Event]) {
        for event in events { publish(event) }
    }

    /// Sends the peer's events to `listener` instead of the voice gateway; before `openPeer`. `disconnected` is the last of them.
    package func register(_ peer: PeerID, _ listener: @escaping Listener) {
        listeners.withLock { $0[peer] = listener }
    }

    package func unregister(_ peer: PeerID) {
        listeners.withLock { $0[peer] = nil }
    }

    /// Asks the media server about a peer; `nil` when there is no such peer.
    package func statistics(of peer: PeerID, from media: any MediaPlane) async -> PeerStatistics? {
        let ticket = lastTicket.add(1, ordering: .relaxed).newValue
        return await withCheckedContinuation { continuation in
            questions.withLock { $0[ticket] = { continuation.resume(returning: $0) } }
            let isTaken = media.send(.requestStatistics(peer, ticket: ticket))
            if !isTaken, let question = questions.withLock({ $0.removeValue(forKey: ticket) }) { question(nil) }
        }
    }

    private func publish(_ event: Event) {
        if case .statistics(let ticket, let statistics) = event, let question = questions.withLock({ $0.removeValue(forKey: ticket) }) {
            question(statistics)
            return
        }
        guard let peer = event.peer, let listener = listeners.withLock({ $0[peer] }) else { return tellVoice(event) }
        listener(event)
        // The room is everybody's: whoever publishes, its members learn of the track.
        if event.isAboutRoom { tellVoice(event) }
        if case .disconnected = event { unregister(peer) }
    }

    /// While the voice gateway has no room: what the next event of its kind supersedes is let go; ends and answers are taken, at most one for
    /// each beginning and question; and a peer that has something else to tell is ended, so that no half-told state remains of it. Its client
    /// reads `media-lost` and begins again.
    private func tellVoice(_ event: Event) {
        switch event {
        case .disconnected, .trackStopped, .statistics: voice.post(.media(event))
        case .speaking, .layers: _ = voice.offer(.media(event))
        case .connected(let peer), .unreachable(let peer), .trackStarted(_, _, let peer), .slots(let peer, _),
            .watchedEncodings(let peer, _, _):
            guard !voice.offer(.media(event)) else { return }
            media.withLock { $0 }?.send(.closePeer(peer))
        }
    }
}

extension Event {
    /// The peer that it is about.
    package var peer: PeerID? {
        switch self {
        case .connected(let peer), .disconnected(let peer, _), .unreachable(let peer), .trackStarted(_, _, let peer),
            .trackStopped(_, _, let peer), .slots(let peer, _), .layers(let peer, _), .watchedEncodings(let peer, _, _):
            peer
        case .speaking, .statistics: nil
        }
    }

    fileprivate var isAboutRoom: Bool {
        switch self {
        case .trackStarted, .trackStopped: true
        default: false
        }
    }
}
