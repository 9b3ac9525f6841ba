import CSRTP
import CSRTPOpenSSL

/// libsrtp, initialised once for the process, with OpenSSL's ciphers put in place of the built-in ones.
public enum SRTPLibrary {
    /// Which ciphers libsrtp runs on.
    public enum Ciphers: Equatable, Sendable, CustomStringConvertible {
        case openSSL
        /// Media works at half the speed or less. The sentence is for the log at start-up.
        case builtIn(String)

        public var description: String {
            switch self {
            case .openSSL: "OpenSSL"
            case .builtIn(let why): "built into libsrtp (\(why))"
            }
        }
    }

    /// Initialises the library at first use. Whoever starts the server reads it and logs anything but `.openSSL`.
    public static let ciphers: Ciphers = {
        let status = srtp_init()
        precondition(status == srtp_err_status_ok, "libsrtp does not start: status \(status.rawValue)")
        return install()
    }()

    /// Replaces the ciphers and proves that a session uses the replacements: each profile's session must make instances of them.
    static func install() -> Ciphers {
        let refused = parley_srtp_openssl_install()
        guard refused == 0 else { return .builtIn("self-test refused parts \(refused) of the plug-in") }
        for profile in SRTPProfile.allCases {
            let before = parley_srtp_openssl_instances()
            guard createsSession(profile), parley_srtp_openssl_instances() > before else {
                return .builtIn("\(profile.openSSLName) does not use the plug-in")
            }
        }
        return .openSSL
    }

    private static func createsSession(_ profile: SRTPProfile) -> Bool {
        let zeros = [UInt8](repeating: 0, count: SRTPProfile.keyBytes + profile.saltBytes)
        guard let session = makeSRTPContext(profile, masterKey: zeros, direction: ssrc_specific) else { return false }
        srtp_dealloc(session)
        return true
    }
}

/// - Parameter direction: `ssrc_any_inbound`, `ssrc_any_outbound`, or `ssrc_specific` for SSRC 1.
func makeSRTPContext(_ profile: SRTPProfile, masterKey: [UInt8], direction: srtp_ssrc_type_t) -> srtp_t? {
    var masterKey = masterKey
    return masterKey.withUnsafeMutableBufferPointer { key in
        var policy = srtp_policy_t()
        switch profile {
        case .aeadAES128GCM:
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
        case .aes128CMSHA180:
            srtp_crypto_policy_set_rtp_default(&policy.rtp)
            srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
        }
        policy.ssrc = srtp_ssrc_t(type: direction, value: direction == ssrc_specific ? 1 : 0)
        policy.key = key.baseAddress
        policy.window_size = SRTPSession.replayWindow
        policy.allow_repeat_tx = 0
        var session: srtp_t?
        return srtp_create(&session, &policy) == srtp_err_status_ok ? session : nil
    }
}
