import RTP
import SFU

/// A peer in the world: the client, the two directions of its path, and what reads along.
package final class Member {
    package let peer: ScriptedPeer
    package let watch: EgressGuard
    package var uplink: Link
    package var downlink: Link
    /// Where it sends from now.
    package internal(set) var address: SocketAddress
    var addressChanges = 0
    package let node: Int
    package let joinedAt: Instant
    package internal(set) var leftAt: Instant?
    /// Cached `peer.nextDeadline`.
    var due: Instant

    init(peer: ScriptedPeer, watch: EgressGuard, uplink: Link, downlink: Link, address: SocketAddress, node: Int, joinedAt: Instant) {
        self.peer = peer
        self.watch = watch
        self.uplink = uplink
        self.downlink = downlink
        self.address = address
        self.node = node
        self.joinedAt = joinedAt
        due = joinedAt
    }

    package var isPresent: Bool { leftAt == nil }
}
