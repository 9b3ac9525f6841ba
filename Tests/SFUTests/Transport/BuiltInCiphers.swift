import CSRTP
import Glibc
import Testing

@testable import SFU

/// The ciphers that libsrtp came with, for a while: it exports their types, though no header declares them.
enum BuiltInCiphers {
    static func use<Result>(_ body: () throws -> Result) throws -> Result {
        _ = SRTPLibrary.ciphers
        let library = try #require(dlopen(nil, RTLD_NOW))
        let icm = try #require(dlsym(library, "srtp_aes_icm_128")).assumingMemoryBound(to: srtp_cipher_type_t.self)
        let gcm = try #require(dlsym(library, "srtp_aes_gcm_128")).assumingMemoryBound(to: srtp_cipher_type_t.self)
        let hmac = try #require(dlsym(library, "srtp_hmac")).assumingMemoryBound(to: srtp_auth_type_t.self)
        #expect(srtp_replace_cipher_type(icm, srtp_cipher_type_id_t(SRTP_AES_ICM_128)) == srtp_err_status_ok)
        #expect(srtp_replace_cipher_type(gcm, srtp_cipher_type_id_t(SRTP_AES_GCM_128)) == srtp_err_status_ok)
        #expect(srtp_replace_auth_type(hmac, srtp_auth_type_id_t(SRTP_HMAC_SHA1)) == srtp_err_status_ok)
        defer { #expect(SRTPLibrary.install() == .openSSL) }
        return try body()
    }
}
