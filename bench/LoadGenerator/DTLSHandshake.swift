import COpenSSL
import SFU

/// One DTLS-SRTP handshake over memory, in either role.
package final class DTLSHandshake {
    package enum Role: Sendable {
        case client, server
    }

    package enum Progress {
        case going
        case done(SRTPKeyingMaterial)
        case failed(String)
    }

    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// What the answer's `a=fingerprint` said.
    private let remoteFingerprint: String
    private static let mtu = 1200

    package init(_ context: DTLSContext, role: Role, remoteFingerprint: String) throws {
        guard let ssl = SSL_new(context.context), let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            throw BenchError("OpenSSL is out of memory")
        }
        parley_bio_never_ends(incoming)
        parley_bio_never_ends(outgoing)
        SSL_set_bio(ssl, incoming, outgoing)
        if role == .client { SSL_set_connect_state(ssl) } else { SSL_set_accept_state(ssl) }
        parley_dtls_set_mtu(ssl, Self.mtu)
        (self.ssl, self.incoming, self.outgoing, self.remoteFingerprint) = (ssl, incoming, outgoing, remoteFingerprint)
    }

    deinit { SSL_free(ssl) }

    /// Takes a datagram, or only the time, and hands out what is to be sent.
    package func advance(received datagram: UnsafeRawBufferPointer? = nil, send: (UnsafeRawBufferPointer) -> Void) -> Progress {
        if let datagram { BIO_write(incoming, datagram.baseAddress, Int32(datagram.count)) }
        if parley_dtls_handle_timeout(ssl) < 0 { return .failed("the handshake timed out") }
        let status = SSL_do_handshake(ssl)
        sendRecords(send)
        if status == 1 { return finish() }
        let error = SSL_get_error(ssl, status)
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? .going : .failed("OpenSSL error \(error)")
    }

    /// Whole records up to the MTU make a datagram: a memory BIO keeps no borders, so they are read from the record headers (RFC 6347 §4.1:
    /// the length is bytes 11 and 12).
    private func sendRecords(_ send: (UnsafeRawBufferPointer) -> Void) {
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(outgoing)))
        guard !bytes.isEmpty else { return }
        BIO_read(outgoing, &bytes, Int32(bytes.count))
        bytes.withUnsafeBytes { all in
            var start = 0
            var at = 0
            while at + 13 <= all.count {
                let record = 13 + Int(all[at + 11]) << 8 + Int(all[at + 12])
                if at + record - start > Self.mtu, at > start {
                    send(UnsafeRawBufferPointer(rebasing: all[start..<at]))
                    start = at
                }
                at += record
            }
            if start < all.count { send(UnsafeRawBufferPointer(rebasing: all[start...])) }
        }
    }

    private func finish() -> Progress {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return .failed("the server showed no certificate") }
        defer { X509_free(certificate) }
        guard DTLSContext.fingerprint(of: certificate) == remoteFingerprint else { return .failed("the certificate is not the answer's") }
        guard let selected = SSL_get_selected_srtp_profile(ssl) else { return .failed("no SRTP profile in common") }
        let profile: SRTPProfile = selected.pointee.id == 7 ? .aeadAES128GCM : .aes128CMSHA180
        let salt = profile == .aeadAES128GCM ? 12 : 14
        var bytes = [UInt8](repeating: 0, count: 2 * (16 + salt))
        SSL_export_keying_material(ssl, &bytes, bytes.count, "EXTRACTOR-dtls_srtp", 19, nil, 0, 0)
        // RFC 5764 §4.2: client key, server key, client salt, server salt.
        return .done(
            SRTPKeyingMaterial(
                profile: profile, clientKey: Array(bytes[0..<16]), clientSalt: Array(bytes[32..<(32 + salt)]),
                serverKey: Array(bytes[16..<32]), serverSalt: Array(bytes[(32 + salt)...])))
    }
}
