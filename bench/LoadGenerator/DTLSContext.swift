import COpenSSL

/// Which protection profiles the generator offers, or accepts where it is the DTLS server.
public enum ProfileChoice: String, Sendable, Codable, CaseIterable {
    case gcm, cm
    /// Both, GCM first: what a browser does.
    case negotiated = "default"

    var openSSLNames: String {
        switch self {
        case .gcm: "SRTP_AEAD_AES_128_GCM"
        case .cm: "SRTP_AES128_CM_SHA1_80"
        case .negotiated: "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80"
        }
    }
}

/// The generator's certificate and what all its handshakes have in common. One certificate serves every endpoint: to the servers they are
/// strangers all the same.
public final class DTLSContext: @unchecked Sendable {
    let context: OpaquePointer
    /// `AB:CD:…` of the SHA-256, for `a=fingerprint`.
    public let fingerprint: String

    public init(profiles: ProfileChoice) throws {
        guard let context = SSL_CTX_new(DTLS_method()), let key = parley_generate_p256(), let certificate = X509_new() else {
            throw BenchError("OpenSSL is out of memory")
        }
        defer {
            EVP_PKEY_free(key)
            X509_free(certificate)
        }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        X509_gmtime_adj(X509_getm_notBefore(certificate), -86_400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * 86_400)
        X509_set_pubkey(certificate, key)
        let name = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(name, "CN", parley_MBSTRING_ASC, "parley-bench", -1, -1, 0)
        X509_set_issuer_name(certificate, name)
        X509_sign(certificate, key, EVP_sha256())
        _ = parley_dtls_configure(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER) { _, _ in 1 }
        guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1,
            SSL_CTX_set_tlsext_use_srtp(context, profiles.openSSLNames) == 0
        else { throw BenchError("OpenSSL refuses DTLS-SRTP with \(profiles.openSSLNames)") }
        self.context = context
        fingerprint = Self.fingerprint(of: certificate)
    }

    deinit { SSL_CTX_free(context) }

    static func fingerprint(of certificate: OpaquePointer) -> String {
        var hash = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        X509_digest(certificate, EVP_sha256(), &hash, &length)
        let digits = Array("0123456789ABCDEF")
        return hash.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined(separator: ":")
    }
}
