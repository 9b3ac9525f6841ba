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
            Prefetch.object(transportReference, bytes: Transport.hotBytes)
            pacer.prefetch()
            if let firstSender { Prefetch.memory(firstSender, bytes: RTPSender.hotBytes) }
        case 3: transportReference._withUnsafeGuaranteedRef { $0.prefetchSession() }
        default: transportReference._withUnsafeGuaranteedRef { $0.prefetchOutbound() }
        }
    }

    /// As `prefetchSteps`, on the way of a packet that this peer has sent.
    static let arrivalSteps = 4

    /// - Parameter ssrc: of the packet.
    @inline(__always)
    func prefetchArrival(step: Int, ssrc: SSRC) {
        switch step {
        case 1: Prefetch.object(self, bytes: Self.hotBytes)
        case 2:
            Prefetch.object(transportReference, bytes: Transport.hotBytes)
            bindings.prefetch()
            feedback.prefetch()
            if let encoding = bindings.nearEncoding(of: ssrc) { Prefetch.object(encoding, bytes: Encoding.hotBytes) }
        case 3:
            transportReference._withUnsafeGuaranteedRef { $0.prefetchParts() }
            bindings.nearEncoding(of: ssrc)?._withUnsafeGuaranteedRef { $0.prefetchParts() }
        default:
            transportReference._withUnsafeGuaranteedRef { $0.prefetchInbound() }
            bindings.nearEncoding(of: ssrc)?._withUnsafeGuaranteedRef { $0.prefetchStore() }
        }
    }
}
