/// The protection profiles that we negotiate, best first (RFC 7714 §14.2, RFC 5764 §4.1.2).
public enum SRTPProfile: Sendable, Hashable, CaseIterable {
    /// Half the cost of the other on this server, and no shorter tag.
    case aeadAES128GCM
    /// AES-CM with HMAC-SHA1 and an 80-bit tag, which every client has.
    case aes128CMSHA180

    /// As `SSL_CTX_set_tlsext_use_srtp` spells them.
    var openSSLName: String {
        switch self {
        case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
        case .aes128CMSHA180: "SRTP_AES128_CM_SHA1_80"
        }
    }

    static let keyBytes = 16

    /// RFC 7714 §12: 96 bits; RFC 3711 §8.2: 112 bits.
    var saltBytes: Int { self == .aeadAES128GCM ? 12 : 14 }
}

/// Master keys and salts of both directions.
public struct SRTPKeyingMaterial: Sendable, Equatable {
    public var profile: SRTPProfile
    /// Of what the DTLS client sends; 16 bytes.
    public var clientKey: [UInt8]
    /// 12 bytes for GCM, 14 for CM.
    public var clientSalt: [UInt8]
    /// Of what we, always the DTLS server, send.
    public var serverKey: [UInt8]
    public var serverSalt: [UInt8]

    public init(profile: SRTPProfile, clientKey: [UInt8], clientSalt: [UInt8], serverKey: [UInt8], serverSalt: [UInt8]) {
        precondition(clientKey.count == SRTPProfile.keyBytes && serverKey.count == SRTPProfile.keyBytes, "SRTP master keys are 16 bytes")
        precondition(clientSalt.count == profile.saltBytes && serverSalt.count == profile.saltBytes, "salt length does not fit the profile")
        self.profile = profile
        self.clientKey = clientKey
        self.clientSalt = clientSalt
        self.serverKey = serverKey
        self.serverSalt = serverSalt
    }

    /// Splits what DTLS exports: client key, server key, client salt, server salt (RFC 5764 §4.2).
    init(profile: SRTPProfile, exported bytes: UnsafeRawBufferPointer) {
        let key = SRTPProfile.keyBytes
        let salt = profile.saltBytes
        precondition(bytes.count == 2 * (key + salt), "exported keying material has the profile's length")
        self.init(
            profile: profile, clientKey: Array(bytes[..<key]), clientSalt: Array(bytes[(2 * key)..<(2 * key + salt)]),
            serverKey: Array(bytes[key..<(2 * key)]), serverSalt: Array(bytes[(2 * key + salt)...]))
    }
}

#if DEBUG || Simulation
    extension SRTPKeyingMaterial {
        /// Repeatable keys for simulations: SplitMix64 of the seed.
        public init(profile: SRTPProfile, seed: UInt64) {
            var state = seed
            func bytes(_ count: Int) -> [UInt8] {
                (0..<count).map { _ in
                    state &+= 0x9E37_79B9_7F4A_7C15
                    var z = state
                    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
                    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
                    return UInt8(truncatingIfNeeded: z ^ (z >> 31))
                }
            }
            self.init(
                profile: profile, clientKey: bytes(SRTPProfile.keyBytes), clientSalt: bytes(profile.saltBytes),
                serverKey: bytes(SRTPProfile.keyBytes), serverSalt: bytes(profile.saltBytes))
        }
    }
#endif
