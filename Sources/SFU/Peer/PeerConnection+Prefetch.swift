import RTP

/// A peer's turn, prepared while those before it have theirs: each step asks for what the step before has made known, so that none waits.
extension PeerConnection {
    /// How many steps there are; the first is for the peer that comes so many places later.
    static let prefetchSteps = 4
    /// Bytes of an instance, all of which a turn may need.
    static let hotBytes = 960

    @inline(__always)
    func prefetch(step: Int) {
        switch step {
        case 1: Prefetch.object(self, bytes: Self.hotBytes)
        case 2:
            transport.prefetch()
            pacer.prefetch()
            if let firstSender { Prefetch.memory(firstSender, bytes: RTPSender.hotBytes) }
        case 3: transport.srtp?.prefetch()
        default: transport.srtp?.prefetchOutbound()
        }
    }

    /// As `prefetchSteps`, on the way of a packet that this peer has sent.
    static let arrivalSteps = 5

    /// - Parameter ssrc: of the packet.
    @inline(__always)
    func prefetchArrival(step: Int, ssrc: SSRC) {
        switch step {
        case 1: Prefetch.object(self, bytes: Self.hotBytes)
        case 2:
            transport.prefetch()
            bindings.prefetch()
            feedback.prefetch()
        case 3:
            transport.prefetchAddresses()
            transport.srtp?.prefetch()
            bindings.prefetchEncoding(of: ssrc)
        case 4:
            transport.srtp?.prefetchInbound()
            bindings.withEncoding(of: ssrc) { $0.prefetchParts() }
        default: bindings.withEncoding(of: ssrc) { $0.prefetchStore() }
        }
    }
}
