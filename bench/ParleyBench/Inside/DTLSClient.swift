import COpenSSL
import SFU

/// The client's side of DTLS-SRTP over memory: what a browser does, as plainly as OpenSSL allows.
final class DTLSClient {
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// SHA-256 of our certificate, which the server is told in the offer.
    let fingerprint: Fingerprint

    init(profile: String = "SRTP_AEAD_AES_128_GCM") throws {
        guard let context = SSL_CTX_new(DTLS_client_method()), let key = parley_generate_p256(), let certificate = X509_new() else {
            throw BenchFailure(description: "OpenSSL is out of memory")
        }
        defer {
            EVP_PKEY_free(key)
            X509_free(certificate)
        }
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 86_400)
        X509_set_pubkey(certificate, key)
        X509_sign(certificate, key, EVP_sha256())
        _ = parley_dtls_configure(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER) { _, _ in 1 }
        guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1,
            SSL_CTX_set_tlsext_use_srtp(context, profile) == 0, let ssl = SSL_new(context), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { throw BenchFailure(description: "OpenSSL refuses DTLS-SRTP") }
        var hash = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        X509_digest(certificate, EVP_sha256(), &hash, &length)
        fingerprint = Fingerprint(algorithm: .sha256, bytes: hash)
        parley_bio_never_ends(incoming)
        parley_bio_never_ends(outgoing)
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_connect_state(ssl)
        parley_dtls_set_mtu(ssl, 1200)
        (self.context, self.ssl, self.incoming, self.outgoing) = (context, ssl, incoming, outgoing)
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    var isDone: Bool { SSL_is_init_finished(ssl) == 1 }

    /// Goes on with the handshake, after a datagram or a time-out, and answers what is to be sent.
    func advance(received datagram: UnsafeRawBufferPointer? = nil) -> [UInt8] {
        if let datagram { BIO_write(incoming, datagram.baseAddress, Int32(datagram.count)) }
        _ = parley_dtls_handle_timeout(ssl)
        SSL_do_handshake(ssl)
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(outgoing)))
        if !bytes.isEmpty { BIO_read(outgoing, &bytes, Int32(bytes.count)) }
        return bytes
    }

    /// RFC 5764 §4.2. Only after `isDone`.
    func keyingMaterial() -> SRTPKeyingMaterial {
        var bytes = [UInt8](repeating: 0, count: 56)
        SSL_export_keying_material(ssl, &bytes, 56, "EXTRACTOR-dtls_srtp", 19, nil, 0, 0)
        return SRTPKeyingMaterial(
            profile: .aeadAES128GCM, clientKey: Array(bytes[0..<16]), clientSalt: Array(bytes[32..<44]), serverKey: Array(bytes[16..<32]),
            serverSalt: Array(bytes[44..<56]))
    }
}
