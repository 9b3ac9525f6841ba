/// What signalling tells a worker. Values only; they cross threads, and one day nodes.
public enum Command: Sendable {
    /// The first offer of a client was answered.
    case openPeer(PeerParameters)
    /// A later offer was answered: these sections replace the former ones.
    case updateSections(PeerID, Sections)
    /// The client restarted ICE (RFC 8445 §9). Checks for the former credentials are still accepted.
    case restartICE(PeerID, local: ICECredentials, remote: ICECredentials)
    case setRights(PeerID, PeerRights)
    /// Replaces all of the viewer's wishes.
    case subscribe(PeerID, [Subscription])
    /// Auto off holds a viewer's layers at their ceilings whatever the network says; the test that needs Auto turns it off to fail.
    case setAuto(PeerID, Bool)
    /// Sources whose section carries no track now, by the client's own word. Replaces the former set (empty at first). Their tracks stop
    /// at once, without waiting for packets to end, and start again with the first packet after they have left the set.
    case setInactive(PeerID, Set<TrackSource>)
    case closePeer(PeerID)
    /// Answered by `Event.statistics` with the same ticket.
    case requestStatistics(PeerID, ticket: UInt64)
    /// The room's clients are spread over these workers, of whom the first speaks for the room. Replaces what was said before; a worker that is not
    /// among them has no part in the room any more. Said by `MediaServer` alone.
    case spanRoom(RoomID, workers: [Int])
    /// Nothing new is accepted and every peer is closed with a DTLS close_notify.
    case drain
}
