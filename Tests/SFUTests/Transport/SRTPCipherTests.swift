import CSRTP
import CSRTPOpenSSL
import RTP
import Testing

@testable import SFU

/// OpenSSL's ciphers behind libsrtp. These tests swap the process's ciphers, so they run one after the other; sessions of other tests that
/// begin meanwhile get the other implementation of the same functions, which is what is being shown.
@Suite("SRTP ciphers", .serialized)
struct SRTPCipherTests {
    @Test("The plug-in took: libsrtp's self-tests passed and sessions use it")
    func installed() {
        #expect(SRTPLibrary.ciphers == .openSSL)
        let before = parley_srtp_openssl_instances()
        for profile in SRTPProfile.allCases {
            srtp_dealloc(
                makeSRTPContext(profile, masterKey: [UInt8](repeating: 1, count: 16 + profile.saltBytes), direction: ssrc_specific))
        }
        #expect(parley_srtp_openssl_instances() >= before + 5)
    }

    private func protectedPackets(_ profile: SRTPProfile) throws -> [[UInt8]] {
        let session = try SRTPSession(SRTPKeyingMaterial(profile: profile, seed: 7), role: .server, counters: Counters())
        var packets: [[UInt8]] = []
        for payload in [0, 1, 15, 16, 17, 100, 511, 512, 513, 1023, 1024, 1025, 1200, 1400] {
            var rtp = SRTPPacket.rtp(sequence: UInt16(100 + payload), payload: payload)
            var rtcp = SRTPPacket.rtcp()
            let sealedRTP = rtp.protect(session)
            let sealed = rtcp.protect(session, isRTCP: true) && sealedRTP
            #expect(sealed)
            packets += [rtp.contents, rtcp.contents]
        }
        return packets
    }

    @Test("Protected packets are byte for byte those of the built-in ciphers", arguments: SRTPProfile.allCases)
    func identicalToBuiltIn(profile: SRTPProfile) throws {
        let builtIn = try BuiltInCiphers.use { try protectedPackets(profile) }
        #expect(try protectedPackets(profile) == builtIn)
    }

    // Guard: SRTPLibrary.install looks at whether the instances are ours, not only at libsrtp's word.
    @Test("A library whose sessions do not use the plug-in is noticed")
    func fallbackIsNoticed() throws {
        let used = try BuiltInCiphers.use {
            let before = parley_srtp_openssl_instances()
            let context = makeSRTPContext(.aes128CMSHA180, masterKey: [UInt8](repeating: 1, count: 30), direction: ssrc_specific)
            srtp_dealloc(context)
            return parley_srtp_openssl_instances() - before
        }
        #expect(used == 0)
    }

    // RFC 7714 §16.1.1: AEAD_AES_128_GCM, SRTP. The session key is given, so the cipher is driven directly.
    @Test("RFC 7714's packet is sealed as the RFC shows")
    func rfc7714() throws {
        let key = bytes("000102030405060708090a0b0c0d0e0f") + [UInt8](repeating: 0, count: 12)
        let header = bytes("8040f17b8041f8d35501a0b2")
        let payload = bytes("47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573")
        let expected = bytes(
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce")
        let iv = bytes("51753c6580c2726f20718414")
        #expect(SRTPLibrary.ciphers == .openSSL)
        var cipher: srtp_cipher_pointer_t?
        #expect(parley_aes_gcm_128.alloc(&cipher, 28, 16) == srtp_err_status_ok)
        let sealer = try #require(cipher)
        var initialisation = iv
        var sealed = payload + [UInt8](repeating: 0, count: 16)
        var length = UInt32(payload.count)
        var tagLength: UInt32 = 16
        #expect(srtp_cipher_init(sealer, key) == srtp_err_status_ok)
        #expect(srtp_cipher_set_iv(sealer, &initialisation, Int32(srtp_direction_encrypt.rawValue)) == srtp_err_status_ok)
        #expect(srtp_cipher_set_aad(sealer, header, UInt32(header.count)) == srtp_err_status_ok)
        #expect(srtp_cipher_encrypt(sealer, &sealed, &length) == srtp_err_status_ok)
        sealed.withUnsafeMutableBufferPointer {
            #expect(srtp_cipher_get_tag(sealer, $0.baseAddress! + payload.count, &tagLength) == srtp_err_status_ok)
        }
        #expect(sealed == expected)
        srtp_cipher_dealloc(sealer)
    }

    // RFC 3711 appendix B.3: the session keys that follow from a master key, through AES-CM.
    @Test("RFC 3711's key derivation")
    func rfc3711() throws {
        let master = bytes("e1f97a0d3e018be0d64fa32c06de4139")
        let salt = bytes("0ec675ad498afeebb6960b3aabe6")
        let cipherKey = bytes("c61e7a93744f39ee10734afe3ff7a087")
        let authenticationKeyStart = bytes("cebe321f6ff7716b6fd4ab49af256a15")
        _ = SRTPLibrary.ciphers
        for (label, expected) in [(0x00, cipherKey), (0x01, authenticationKeyStart)] as [(UInt8, [UInt8])] {
            var cipher: srtp_cipher_pointer_t?
            #expect(parley_aes_icm_128.alloc(&cipher, 30, 0) == srtp_err_status_ok)
            let deriver = try #require(cipher)
            var iv = [UInt8](repeating: 0, count: 16)
            iv[7] = label  // RFC 3711 §4.3.1: the label is above 48 bits of index
            var stream = [UInt8](repeating: 0, count: 16)
            var length: UInt32 = 16
            #expect(srtp_cipher_init(deriver, master + salt) == srtp_err_status_ok)
            #expect(srtp_cipher_set_iv(deriver, &iv, Int32(srtp_direction_encrypt.rawValue)) == srtp_err_status_ok)
            #expect(srtp_cipher_encrypt(deriver, &stream, &length) == srtp_err_status_ok)
            #expect(stream == expected)
            srtp_cipher_dealloc(deriver)
        }
    }

    // Guard: icm_crypt goes on within a block. Beginning a block anew at each piece turned this red.
    @Test("Encrypted piece by piece a packet is the same as at once")
    func pieces() throws {
        _ = SRTPLibrary.ciphers
        var cipher: srtp_cipher_pointer_t?
        #expect(parley_aes_icm_128.alloc(&cipher, 30, 0) == srtp_err_status_ok)
        let sealer = try #require(cipher)
        defer { srtp_cipher_dealloc(sealer) }
        #expect(srtp_cipher_init(sealer, [UInt8](1...30)) == srtp_err_status_ok)
        func seal(_ pieces: [Int]) -> [UInt8] {
            var iv = [UInt8](repeating: 0, count: 16)
            iv[7] = 9
            #expect(srtp_cipher_set_iv(sealer, &iv, Int32(srtp_direction_encrypt.rawValue)) == srtp_err_status_ok)
            return pieces.flatMap { count in
                var piece = [UInt8](repeating: 7, count: count)
                var length = UInt32(count)
                #expect(srtp_cipher_encrypt(sealer, &piece, &length) == srtp_err_status_ok)
                return piece
            }
        }
        let whole = seal([1_300])
        #expect(seal([1, 15, 17, 500, 0, 700, 67]) == whole)
        #expect(seal([512, 788]) == whole)
        #expect(Set(whole).count > 200)
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16) ?? 0 }
    }
}
