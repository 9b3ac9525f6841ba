import COpenSSL
import CSRTPOpenSSL
import RTP

/// One DTLS 1.2 association, of which this server is always the passive side (RFC 5764, RFC 8842 `setup:passive`). It exists for the keys
/// that it exports; media never goes through it.
///
/// OpenSSL reads from and writes to memory BIOs, which never ask to be called again (CVE-2026-84782 needed that). Datagrams come one at a
/// time, so a fragmented ClientHello is put together by OpenSSL's own reassembly. What it writes is cut at record headers and packed into
/// datagrams of at most `maximumDatagramBytes`.
final class DTLSAssociation {
    enum State: Equatable {
        case handshaking
        case established
        case failed(DisconnectReason)
        case closedByPeer
    }

    /// A flight's datagram with headers fits IPv6's least MTU of 1280.
    static let maximumDatagramBytes = 1200
    /// RFC 5764's exporter label (§4.2).
    private static let exporterLabel = "EXTRACTOR-dtls_srtp"
    /// First retransmission, doubling up to the second figure. Browsers wait 50 ms; a server's answer may take a real round trip. OpenSSL
    /// gives up after twelve of them.
    private static let firstTimeoutMicroseconds: UInt32 = 100_000
    private static let lastTimeoutMicroseconds: UInt32 = 3_000_000

    private(set) var state = State.handshaking
    /// Exported when the handshake is done and the peer's fingerprint is right; never otherwise.
    private(set) var keyingMaterial: SRTPKeyingMaterial?
    /// When `advance` has a retransmission to make.
    private(set) var nextDeadline: Instant?

    private let ssl: OpaquePointer
    private var input: OpaquePointer
    private var output: OpaquePointer
    /// What OpenSSL has allocated for the handshake and will not give back.
    private var largeBlocks = parley_large_blocks()
    private var isTrimmed = false
    private let remoteFingerprint: Fingerprint
    private let counters: Counters
    private var filter = DTLSRecordFilter()

    init(identity: DTLSIdentity, remoteFingerprint: Fingerprint, counters: Counters) {
        guard let ssl = SSL_new(identity.context), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            preconditionFailure("out of memory for a DTLS association")
        }
        self.ssl = ssl
        self.input = input
        self.output = output
        self.remoteFingerprint = remoteFingerprint
        self.counters = counters
        parley_bio_never_ends(input)
        parley_bio_never_ends(output)
        SSL_set_bio(ssl, input, output)  // The BIOs are the SSL's from here.
        SSL_set_accept_state(ssl)
        parley_dtls_set_mtu(ssl, Self.maximumDatagramBytes)
        DTLS_set_timer_cb(ssl) { _, microseconds in
            microseconds == 0
                ? DTLSAssociation.firstTimeoutMicroseconds : min(microseconds &* 2, DTLSAssociation.lastTimeoutMicroseconds)
        }
    }

    deinit { SSL_free(ssl) }

    /// Takes one datagram from the peer. `drainOutput` afterwards has what is to be sent.
    func receive(_ datagram: UnsafeMutableRawBufferPointer, at now: Instant) {
        switch state {
        case .handshaking: step(datagram, .handshaking, at: now)
        case .established: step(datagram, .established, at: now)
        case .failed, .closedByPeer: counters.add(.dtlsRecordRefused)
        }
    }

    /// Retransmits if it is time to.
    func advance(to now: Instant) {
        guard let deadline = nextDeadline, deadline <= now else { return }
        ERR_clear_error()
        switch parley_dtls_handle_timeout(ssl) {
        case 1: counters.add(.dtlsRetransmission)
        case 0: break  // OpenSSL's clock is a little behind ours.
        default: if state == .handshaking { fail(.dtlsFailed) }
        }
        schedule(at: now)
    }

    /// Tells the peer that we close, if there is a peer to tell.
    func close() {
        guard state == .established else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
        nextDeadline = nil
    }

    /// Hands out the datagrams that OpenSSL wants sent, and forgets them.
    func drainOutput(_ send: (UnsafeRawBufferPointer) -> Void) {
        var start: UnsafeMutablePointer<CChar>?
        let count = parley_bio_memory(output, &start)
        guard count > 0, let start else { return }
        let bytes = UnsafeRawBufferPointer(start: start, count: count)
        var begin = 0
        var end = 0
        while end + DTLSRecordFilter.headerBytes <= bytes.count {
            let next = end + DTLSRecordFilter.headerBytes + (Int(bytes[end + 11]) << 8 | Int(bytes[end + 12]))
            precondition(next <= bytes.count, "OpenSSL writes whole records")
            if next - begin > Self.maximumDatagramBytes, end > begin {
                send(UnsafeRawBufferPointer(rebasing: bytes[begin..<end]))
                begin = end
            }
            end = next
        }
        if end > begin { send(UnsafeRawBufferPointer(rebasing: bytes[begin..<end])) }
        parley_bio_reset(output)
        if state == .established, !isTrimmed { trim() }
    }

    /// The handshake is over and its last flight out: what comes and goes from here on is a few bytes, so buffers that grew with certificates are
    /// changed for new ones, and those that stay give their pages back.
    private func trim() {
        guard SSL_has_pending(ssl) == 0 else { return }
        isTrimmed = true
        parley_dtls_release_memory(&largeBlocks)
        guard let newInput = BIO_new(BIO_s_mem()) else { return }
        guard let newOutput = BIO_new(BIO_s_mem()) else {
            BIO_free(newInput)
            return
        }
        (input, output) = (newInput, newOutput)
        parley_bio_never_ends(input)
        parley_bio_never_ends(output)
        SSL_set_bio(ssl, input, output)
    }

    private func step(_ datagram: UnsafeMutableRawBufferPointer, _ phase: DTLSRecordFilter.Phase, at now: Instant) {
        let (kept, refused) = filter.filter(datagram, phase)
        if refused > 0 { counters.add(.dtlsRecordRefused, refused) }
        guard kept > 0 else { return }
        BIO_write(input, datagram.baseAddress, Int32(truncatingIfNeeded: kept))
        ERR_clear_error()
        if phase == .handshaking { continueHandshake() }
        if state == .established { readRecords() }
        parley_bio_reset(input)
        schedule(at: now)
    }

    private func continueHandshake() {
        let result = withUnsafeMutablePointer(to: &largeBlocks) { blocks in
            parley_dtls_note_memory(blocks)
            defer { parley_dtls_note_memory(nil) }
            return SSL_do_handshake(ssl)
        }
        guard result != 1 else { return finishHandshake() }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        default: fail(.dtlsFailed)
        }
    }

    /// The peer holds the key of the certificate it showed. Only if signalling named that certificate does it get SRTP keys.
    private func finishHandshake() {
        guard peerMatchesFingerprint() else {
            counters.add(.dtlsFingerprintMismatch)
            SSL_shutdown(ssl)
            return fail(.fingerprintMismatch)
        }
        guard let keys = exportKeys() else {
            SSL_shutdown(ssl)
            return fail(.dtlsFailed)
        }
        keyingMaterial = keys
        state = .established
    }

    private func peerMatchesFingerprint() -> Bool {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return false }
        defer { X509_free(certificate) }
        guard let shown = Fingerprint(of: certificate, remoteFingerprint.algorithm) else { return false }
        return shown.bytes.count == remoteFingerprint.bytes.count
            && CRYPTO_memcmp(shown.bytes, remoteFingerprint.bytes, shown.bytes.count) == 0
    }

    private func exportKeys() -> SRTPKeyingMaterial? {
        guard let selected = SSL_get_selected_srtp_profile(ssl) else { return nil }
        let name = String(cString: selected.pointee.name)
        guard let profile = SRTPProfile.allCases.first(where: { $0.openSSLName == name }) else { return nil }
        let count = 2 * (SRTPProfile.keyBytes + profile.saltBytes)
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { bytes in
            let exported = SSL_export_keying_material(
                ssl, bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), count, Self.exporterLabel, Self.exporterLabel.utf8.count, nil,
                0, 0)
            defer { OPENSSL_cleanse(bytes.baseAddress, count) }
            return exported == 1 ? SRTPKeyingMaterial(profile: profile, exported: UnsafeRawBufferPointer(bytes)) : nil
        }
    }

    /// After the handshake only three things matter: a repeated Finished (OpenSSL repeats ours), the peer's close, and silence about the
    /// rest. An error here must not end media that goes its own way, nor tell the peer to end it: a fatal alert of ours is thrown away.
    private func readRecords() {
        withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 8) { buffer in
            while true {
                let result = SSL_read(ssl, buffer.baseAddress, Int32(buffer.count))
                if result > 0 {
                    counters.add(.dtlsApplicationData)
                    continue
                }
                if SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0 {
                    state = .closedByPeer
                } else if SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ {
                    counters.add(.dtlsRecordRefused)
                    parley_bio_reset(output)
                }
                return
            }
        }
    }

    private func fail(_ reason: DisconnectReason) {
        if reason == .dtlsFailed { counters.add(.dtlsHandshakeFailed) }
        state = .failed(reason)
        nextDeadline = nil
    }

    private func schedule(at now: Instant) {
        let left = parley_dtls_timeout_ns(ssl)
        switch state {
        case .handshaking where left >= 0:
            // At least a millisecond: the two clocks differ, and a deadline in the past would spin.
            nextDeadline = now.advanced(by: .nanoseconds(max(left, 1_000_000)))
        default:
            nextDeadline = nil
        }
    }
}
