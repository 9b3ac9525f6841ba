import RTP

/// One peer's way to us: which addresses it has proven, its DTLS association, its SRTP keys. Knows nothing of media.
///
/// ```
///  new ──first authenticated check──▶ connecting ──keys──▶ connected
///   └────────────┴──────────── failed(reason) ◀──────────────┘         closed: by us
/// ```
/// Datagrams are accepted from every address that passed a check, because browsers send DTLS and media before they nominate and on old
/// pairs during an ICE restart; ours go to the pair nominated last, or to the first one that passed while none is nominated.
final class Transport {
    enum State: Equatable {
        /// No check has come yet.
        case new
        /// The peer reaches us; keys are being made.
        case connecting
        case connected
        /// Over; drop it. The reason is for signalling.
        case failed(DisconnectReason)
        case closed
    }

    /// The two ends of a candidate pair.
    struct Path: Hashable {
        var remote: SocketAddress
        var local: LocalAddress
    }

    /// RFC 7675 §5.1: consent lasts 30 s after the last authenticated check.
    static let consentDuration = Duration.seconds(30)
    /// From the first check to the keys.
    static let handshakeDuration = Duration.seconds(30)
    /// After this long without any check the peer's UDP is taken not to reach us.
    static let unreachableAfter = Duration.seconds(5)

    private(set) var state = State.new
    /// Where to send.
    private(set) var selected: Path?
    /// Five seconds have passed without a check. Stays true until one comes.
    private(set) var isUnreachable = false
    private(set) var srtp: SRTPSession? { didSet { srtpReference = srtp.map { .passUnretained($0) } } }
    /// `srtp` without counting a reference.
    private var srtpReference: Unmanaged<SRTPSession>?

    private var credentials: AcceptedCredentials
    private var addresses = ValidatedAddresses()
    private var isNominated = false
    private let dtls: DTLSAssociation?
    private let counters: Counters
    private let createdAt: Instant
    private var firstCheckAt: Instant?
    private var lastCheckAt: Instant

    init(local: ICECredentials, remoteFingerprint: Fingerprint, handshake: Handshake, counters: Counters, at now: Instant) {
        credentials = AcceptedCredentials(local)
        self.counters = counters
        createdAt = now
        lastCheckAt = now
        switch handshake {
        case .openSSL(let identity):
            dtls = DTLSAssociation(identity: identity, remoteFingerprint: remoteFingerprint, counters: counters)
        #if DEBUG || Simulation
            case .seeded(let keys):
                dtls = nil
                installKeys(keys)
        #endif
        }
    }

    /// Bytes of an instance, all of which a packet may need.
    static let hotBytes = 280

    /// Asks for what a packet that comes is checked by.
    @inline(__always)
    func prefetchParts() {
        addresses.prefetch()
        prefetchSession()
    }

    @inline(__always)
    func prefetchSession() { if let srtpReference { Prefetch.object(srtpReference, bytes: SRTPSession.hotBytes) } }

    @inline(__always)
    func prefetchInbound() { srtpReference?._withUnsafeGuaranteedRef { $0.prefetchInbound() } }

    @inline(__always)
    func prefetchOutbound() { srtpReference?._withUnsafeGuaranteedRef { $0.prefetchOutbound() } }

    // MARK: ICE

    /// User fragments that checks may name, the current one first.
    var ufrags: [ICEUfrag] { credentials.ufrags }

    /// New credentials after an ICE restart (RFC 8445 §9). The former ones stay good, so checks under way do not fail.
    /// - Returns: a user fragment that is no longer accepted.
    @discardableResult
    func restartICE(local: ICECredentials) -> ICEUfrag? { credentials.restart(with: local) }

    /// The password that goes with one of `ufrags`; valid until the next `restartICE`.
    func password(of ufrag: ICEUfrag) -> UnsafeMutableBufferPointer<UInt8>? { credentials.password(of: ufrag) }

    /// Whether an authenticated check has come from there.
    @inline(__always)
    func isValidated(_ address: SocketAddress) -> Bool { addresses.contains(address) }

    /// When the last authenticated check came from there; `nil` if none did, or it made room for others.
    func lastCheck(from address: SocketAddress) -> Instant? { addresses.lastCheck(from: address) }

    /// At most eight; the one that was silent longest makes room for a ninth.
    var validatedAddresses: [SocketAddress] { addresses.all }

    /// An authenticated check came. Only this moves where we send.
    /// - Parameters:
    ///   - nominated: it carried USE-CANDIDATE.
    ///   - bytes: its length, which earns the address that much of an answer.
    ///   - replied: the length of the answer it got.
    func checkReceived(
        from remote: SocketAddress, to local: LocalAddress, nominated: Bool, bytes: Int = 0, replied: Int = 0, at now: Instant
    ) {
        guard isAlive else { return }
        addresses.checkReceived(from: remote, bytes: bytes, replied: replied, keeping: selected?.remote, at: now)
        lastCheckAt = now
        isUnreachable = false
        if firstCheckAt == nil { firstCheckAt = now }
        if nominated || selected == nil { selected = Path(remote: remote, local: local) }
        if nominated { isNominated = true }
        if state == .new { state = srtp == nil ? .connecting : .connected }
    }

    // MARK: DTLS

    /// Takes a DTLS datagram, changing its bytes. Unless its source has passed a check it is dropped: a ClientHello from elsewhere must not
    /// take the association (FreeSWITCH CVE-2023-51443 and others), nor make us answer a forged source.
    func receiveDTLS(
        _ bytes: UnsafeMutableRawBufferPointer, from: SocketAddress, to: LocalAddress, at now: Instant, into outbox: inout Outbox
    ) {
        guard addresses.contains(from) else { return counters.add(.unvalidatedSource) }
        guard isAlive, let dtls else { return counters.add(.dtlsRecordRefused) }
        addresses.received(bytes.count, from: from)
        dtls.receive(bytes, at: now)
        dtlsStepped(dtls, into: &outbox)
    }

    /// Sends what the association wants sent and follows its state.
    private func dtlsStepped(_ dtls: DTLSAssociation, into outbox: inout Outbox) {
        flush(dtls, into: &outbox)
        switch dtls.state {
        case .handshaking: break
        case .established: if srtp == nil, let keys = dtls.keyingMaterial { installKeys(keys) }
        case .failed(let reason): state = .failed(reason)
        case .closedByPeer: state = .failed(.closedByPeer)
        }
    }

    private func flush(_ dtls: DTLSAssociation, into outbox: inout Outbox) {
        guard let selected else { return }
        dtls.drainOutput { datagram in
            // RFC 9000 §8.1's rule for the same danger: before the handshake proves the address, at most three times what came from it.
            guard dtls.state == .established || addresses.allowsSending(datagram.count, to: selected.remote) else {
                return counters.add(.dtlsAmplification)
            }
            addresses.sent(datagram.count, to: selected.remote)
            outbox.append(to: selected.remote, from: selected.local) { room in
                room.copyMemory(from: datagram)
                return datagram.count
            }
        }
    }

    private func installKeys(_ keys: SRTPKeyingMaterial) {
        do {
            srtp = try SRTPSession(keys, role: .server, counters: counters)
            if state == .connecting { state = .connected }
        } catch {
            state = .failed(.dtlsFailed)
        }
    }

    // MARK: SRTP

    /// Checks and decrypts in place; `nil` if dropped (counted). Packets from addresses that have passed no check are dropped unread
    /// (rtpbleed), and nothing is ever accepted in the clear.
    @inline(__always)
    func unprotectRTP(_ packet: UnsafeMutableRawBufferPointer, from: SocketAddress) -> Int? {
        admitsMedia(from) ? srtpReference?._withUnsafeGuaranteedRef { $0.unprotectRTP(packet) } : nil
    }

    /// As `unprotectRTP`.
    @inline(__always)
    func unprotectRTCP(_ packet: UnsafeMutableRawBufferPointer, from: SocketAddress) -> Int? {
        admitsMedia(from) ? srtp?.unprotectRTCP(packet) : nil
    }

    /// Encrypts in place; `nil` before there are keys or if the packet must not be sent. `buffer` has `SRTPSession.overhead` bytes to spare.
    @inline(__always)
    func protectRTP(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int? {
        srtpReference?._withUnsafeGuaranteedRef { $0.protectRTP(buffer, length: length) }
    }

    /// As `protectRTP`.
    @inline(__always)
    func protectRTCP(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int? { srtp?.protectRTCP(buffer, length: length) }

    @inline(__always)
    private func admitsMedia(_ from: SocketAddress) -> Bool {
        guard addresses.contains(from) else {
            counters.add(.unvalidatedSource)
            return false
        }
        guard state == .connected else {
            counters.add(.srtpNoKeys)
            return false
        }
        return true
    }

    // MARK: Time

    /// When `advance` has something to do.
    var nextDeadline: Instant? {
        guard isAlive else { return nil }
        var deadline = lastCheckAt + Self.consentDuration
        if firstCheckAt == nil, !isUnreachable { deadline = min(deadline, createdAt + Self.unreachableAfter) }
        if state == .connecting, let firstCheckAt { deadline = min(deadline, firstCheckAt + Self.handshakeDuration) }
        if let retransmission = dtls?.nextDeadline { deadline = min(deadline, retransmission) }
        return deadline
    }

    func advance(to now: Instant, into outbox: inout Outbox) {
        guard isAlive else { return }
        if now >= lastCheckAt + Self.consentDuration { return fail(.consentExpired, into: &outbox) }
        if firstCheckAt == nil, now >= createdAt + Self.unreachableAfter { isUnreachable = true }
        if state == .connecting, let firstCheckAt, now >= firstCheckAt + Self.handshakeDuration { return fail(.dtlsFailed, into: &outbox) }
        if let dtls, let deadline = dtls.nextDeadline, deadline <= now {
            dtls.advance(to: now)
            dtlsStepped(dtls, into: &outbox)
        }
    }

    /// Ends it from our side, with a close_notify where there is someone to read it.
    func close(into outbox: inout Outbox) {
        guard isAlive else { return }
        sayGoodbye(into: &outbox)
        state = .closed
    }

    private func fail(_ reason: DisconnectReason, into outbox: inout Outbox) {
        sayGoodbye(into: &outbox)
        state = .failed(reason)
    }

    private func sayGoodbye(into outbox: inout Outbox) {
        guard let dtls else { return }
        dtls.close()
        flush(dtls, into: &outbox)
    }

    private var isAlive: Bool {
        switch state {
        case .new, .connecting, .connected: true
        case .failed, .closed: false
        }
    }
}
