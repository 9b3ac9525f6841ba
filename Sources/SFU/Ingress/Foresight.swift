import RTP

/// Whose the next datagrams of a batch are, and how far their memory has been asked for.
///
/// A batch of voice comes from as many clients as it has packets, and what belongs to one of a thousand has left the caches since its last packet.
/// So owners are looked up some datagrams ahead, once, and at each datagram that is worked on, every one ahead takes a step: it asks for what its
/// step before has made known.
struct Foresight: ~Copyable {
    /// How many datagrams ahead.
    static let reach = PeerConnection.arrivalSteps + 1

    private struct Datagram {
        let source: SocketAddress
        /// Alive as long as the core knows the address, and when that changes all is forgotten.
        let owner: Unmanaged<PeerConnection>
        let ssrc: SSRC
        var step = 1
    }

    /// In their order, as a ring.
    private let ahead = UnsafeMutablePointer<Datagram>.allocate(capacity: reach)
    private var first = 0
    private var count = 0

    deinit { ahead.deallocate() }

    /// Adds the next datagram. Beyond `reach` none is taken, which costs nothing but time.
    @inline(__always)
    mutating func add(from source: SocketAddress, ssrc: SSRC, owner: PeerConnection) {
        guard count < Self.reach else { return }
        (ahead + (first + count) % Self.reach).initialize(
            to: Datagram(source: source, owner: .passUnretained(owner), ssrc: ssrc))
        count += 1
        owner.prefetchArrival(step: 1, ssrc: ssrc)
    }

    /// The owner of the datagram whose turn it is, if it was foreseen; those that were to come before it did not.
    @inline(__always)
    mutating func take(_ source: SocketAddress) -> Unmanaged<PeerConnection>? {
        while count > 0 {
            let next = ahead[first]
            first = (first + 1) % Self.reach
            count -= 1
            guard next.source == source else { continue }
            stepAhead()
            return next.owner
        }
        return nil
    }

    @inline(__always)
    private func stepAhead() {
        for place in 0..<count {
            let datagram = ahead + (first + place) % Self.reach
            guard datagram.pointee.step < PeerConnection.arrivalSteps else { continue }
            datagram.pointee.step += 1
            let (step, ssrc) = (datagram.pointee.step, datagram.pointee.ssrc)
            datagram.pointee.owner._withUnsafeGuaranteedRef { $0.prefetchArrival(step: step, ssrc: ssrc) }
        }
    }

    /// Addresses have changed hands.
    mutating func forget() { count = 0 }
}
