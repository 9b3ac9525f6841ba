import COpenSSL

/// OpenSSL refused: out of memory or without the algorithms that WebRTC needs. The sentence is for the log.
public struct DTLSError: Error, Equatable, CustomStringConvertible {
    public var description: String
}

/// The certificate of one server start and everything that all its DTLS associations share. Browsers pin it by `a=fingerprint`, so it
/// needs no authority and no file.
public final class DTLSIdentity: Sendable {
    /// SHA-256 of the certificate, for `a=fingerprint` in every answer (RFC 8122 §5).
    public let fingerprint: Fingerprint
    /// Counts references by itself and locks itself: safe from every worker.
    nonisolated(unsafe) let context: OpaquePointer

    /// An ECDSA P-256 key and a self-signed certificate.
    public static func generate() throws(DTLSError) -> DTLSIdentity { try DTLSIdentity() }

    private init() throws(DTLSError) {
        guard let key = parley_generate_p256() else { throw DTLSError(description: "OpenSSL cannot make a P-256 key") }
        defer { EVP_PKEY_free(key) }
        guard let certificate = X509_new() else { throw DTLSError(description: "OpenSSL cannot make a certificate") }
        defer { X509_free(certificate) }
        guard Self.fill(certificate, key) else { throw DTLSError(description: "OpenSSL cannot sign a certificate with P-256") }
        guard let fingerprint = Fingerprint(of: certificate, .sha256) else {
            throw DTLSError(description: "OpenSSL cannot compute SHA-256")
        }
        guard let context = Self.makeContext(certificate, key) else {
            throw DTLSError(description: "OpenSSL does not offer DTLS 1.2 with ECDHE-ECDSA-AES128-GCM-SHA256 and SRTP")
        }
        self.fingerprint = fingerprint
        self.context = context
    }

    deinit { SSL_CTX_free(context) }

    private static func fill(_ certificate: OpaquePointer, _ key: OpaquePointer) -> Bool {
        let day = 24 * 3600
        let name = X509_get_subject_name(certificate)
        return X509_set_version(certificate, 2) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), UInt64.random(in: 1...UInt64(Int64.max))) == 1
            // A day back for clients whose clock is behind; ten years is longer than a server start lives.
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -day) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), 3650 * day) != nil
            && X509_NAME_add_entry_by_txt(name, "CN", parley_MBSTRING_ASC, "parley", -1, -1, 0) == 1
            && X509_set_issuer_name(certificate, name) == 1
            && X509_set_pubkey(certificate, key) == 1
            && X509_sign(certificate, key, EVP_sha256()) > 0
    }

    /// AES-128-GCM first: cheapest here. The others are for clients without it. Longer lists only make longer hellos.
    private static let cipherSuites =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA"
    /// A message of the handshake may not be longer, which bounds what OpenSSL holds of fragments (chosen: ten usual certificates).
    private static let maximumCertificateBytes = 16_384

    private static func makeContext(_ certificate: OpaquePointer, _ key: OpaquePointer) -> OpaquePointer? {
        guard let context = SSL_CTX_new(DTLS_server_method()) else { return nil }
        // Any certificate passes here: what binds the peer is its fingerprint, compared by DTLSAssociation before keys are exported.
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT) { _, _ in 1 }
        parley_dtls_set_max_certificate_bytes(context, maximumCertificateBytes)
        let profiles = SRTPProfile.allCases.map(\.openSSLName).joined(separator: ":")
        let ready =
            parley_dtls_configure(context) == 1
            && SSL_CTX_set_cipher_list(context, cipherSuites) == 1
            && parley_dtls_set_groups(context, "X25519:P-256:P-384") == 1
            && SSL_CTX_use_certificate(context, certificate) == 1
            && SSL_CTX_use_PrivateKey(context, key) == 1
            // The odd one out among OpenSSL's calls: 0 is success.
            && SSL_CTX_set_tlsext_use_srtp(context, profiles) == 0
        guard ready else {
            SSL_CTX_free(context)
            return nil
        }
        return context
    }
}

extension Fingerprint {
    /// The hash of a certificate's DER form (RFC 8122 §5).
    init?(of certificate: OpaquePointer, _ algorithm: Algorithm) {
        let digest =
            switch algorithm {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_digest(certificate, digest, &bytes, &length) == 1 else { return nil }
        self.init(algorithm: algorithm, bytes: Array(bytes.prefix(Int(length))))
    }
}
