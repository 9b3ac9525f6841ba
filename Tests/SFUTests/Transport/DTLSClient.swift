import COpenSSL
import RTP

@testable import SFU

/// A DTLS client on OpenSSL, as a browser would be one: it offers use_srtp, shows a self-signed certificate, and exports the same keys.
final class DTLSClient {
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    let fingerprint: Fingerprint
    private(set) var isConnected = false
    private(set) var hasFailed = false

    /// - Parameters:
    ///   - profiles: what to offer in use_srtp; `nil` offers nothing.
    ///   - groups: long lists make a ClientHello of two datagrams, as ML-KEM does for browsers.
    init(
        profiles: String? = "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM", mtu: Int = 1200, padding: Int = 0, showsCertificate: Bool = true
    ) {
        context = SSL_CTX_new(DTLS_client_method())!
        let key = parley_generate_p256()!
        let certificate = Self.certificate(key)
        fingerprint = Fingerprint(of: certificate, .sha256)!
        if showsCertificate {
            SSL_CTX_use_certificate(context, certificate)
            SSL_CTX_use_PrivateKey(context, key)
        }
        X509_free(certificate)
        EVP_PKEY_free(key)
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        _ = parley_dtls_configure(context)
        if let profiles { SSL_CTX_set_tlsext_use_srtp(context, profiles) }
        ssl = SSL_new(context)!
        input = BIO_new(BIO_s_mem())!
        output = BIO_new(BIO_s_mem())!
        parley_bio_never_ends(input)
        parley_bio_never_ends(output)
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
        parley_dtls_set_mtu(ssl, mtu)
        DTLS_set_timer_cb(ssl) { _, microseconds in microseconds == 0 ? 50_000 : min(microseconds * 2, 1_000_000) }
        // ALPN names have no meaning here; they make the hello as long as one likes.
        if padding > 0 {
            let name = [UInt8](repeating: 0x61, count: 250)
            let list = (0..<(padding / 251 + 1)).flatMap { _ in [UInt8(250)] + name }
            SSL_set_alpn_protos(ssl, list, UInt32(list.count))
        }
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    static func certificate(_ key: OpaquePointer) -> OpaquePointer {
        let certificate = X509_new()!
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), UInt64.random(in: 1...UInt64.max / 2))
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600)
        X509_set_pubkey(certificate, key)
        X509_sign(certificate, key, EVP_sha256())
        return certificate
    }

    func fingerprint(_ algorithm: Fingerprint.Algorithm) -> Fingerprint {
        Fingerprint(of: SSL_CTX_get0_certificate(context)!, algorithm)!
    }

    /// Goes as far as it can; `output` then has datagrams.
    func step() {
        ERR_clear_error()
        if isConnected {
            var buffer = [UInt8](repeating: 0, count: 2048)
            while SSL_read(ssl, &buffer, Int32(buffer.count)) > 0 {}
            return
        }
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            isConnected = true
        } else if SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ {
            hasFailed = true
        }
    }

    func receive(_ datagram: [UInt8]) {
        BIO_write(input, datagram, Int32(datagram.count))
        step()
        parley_bio_reset(input)
    }

    /// Retransmits if it is due by OpenSSL's own clock.
    func handleTimeout() { _ = parley_dtls_handle_timeout(ssl) }

    func send(_ bytes: [UInt8]) { SSL_write(ssl, bytes, Int32(bytes.count)) }
    func sayGoodbye() { SSL_shutdown(ssl) }
    var gotGoodbye: Bool { SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0 }

    /// What it wants sent, one datagram for each record, or packed up to `pack` bytes.
    func takeOutput(pack: Int = 0) -> [[UInt8]] {
        var start: UnsafeMutablePointer<CChar>?
        let count = parley_bio_memory(output, &start)
        guard count > 0, let start else { return [] }
        let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
        parley_bio_reset(output)
        var datagrams: [[UInt8]] = []
        var cursor = 0
        while cursor + 13 <= bytes.count {
            let end = cursor + 13 + (Int(bytes[cursor + 11]) << 8 | Int(bytes[cursor + 12]))
            let record = Array(bytes[cursor..<end])
            if let last = datagrams.last, last.count + record.count <= pack {
                datagrams[datagrams.count - 1] += record
            } else {
                datagrams.append(record)
            }
            cursor = end
        }
        return datagrams
    }

    /// What this side exported.
    func keys() -> SRTPKeyingMaterial? {
        guard let selected = SSL_get_selected_srtp_profile(ssl) else { return nil }
        let name = String(cString: selected.pointee.name)
        guard let profile = SRTPProfile.allCases.first(where: { $0.openSSLName == name }) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 2 * (16 + profile.saltBytes))
        let label = "EXTRACTOR-dtls_srtp"
        guard SSL_export_keying_material(ssl, &bytes, bytes.count, label, label.utf8.count, nil, 0, 0) == 1 else { return nil }
        return bytes.withUnsafeBytes { SRTPKeyingMaterial(profile: profile, exported: $0) }
    }
}
