import CSRTP
import SFU

/// A client's end of SRTP: libsrtp with seeded keys, where a browser would have done DTLS.
package final class ClientSRTP {
    /// What libsrtp may add to a packet (SRTP_MAX_TRAILER_LEN and the SRTCP index).
    private static let trailer = 160

    private var outbound: srtp_t?
    private var inbound: srtp_t?
    /// Packets that did not authenticate, by libsrtp's status.
    package private(set) var failures: [UInt32: Int] = [:]

    /// libsrtp starts once in a process, and the server in it starts it too.
    private static let isReady: Bool = {
        _ = SRTPLibrary.ciphers
        return true
    }()

    /// `readsServer` is `true` for a client, and for the tap that reads along what the server sends.
    package init?(_ keying: SRTPKeyingMaterial) {
        guard Self.isReady,
            let outbound = Self.session(keying.profile, keying.clientKey + keying.clientSalt, ssrc_any_outbound),
            let inbound = Self.session(keying.profile, keying.serverKey + keying.serverSalt, ssrc_any_inbound)
        else { return nil }
        self.outbound = outbound
        self.inbound = inbound
    }

    deinit {
        srtp_dealloc(outbound)
        srtp_dealloc(inbound)
    }

    private static func session(_ profile: SRTPProfile, _ key: [UInt8], _ direction: srtp_ssrc_type_t) -> srtp_t? {
        var policy = srtp_policy_t()
        switch profile {
        case .aeadAES128GCM:
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
        case .aes128CMSHA180:
            srtp_crypto_policy_set_rtp_default(&policy.rtp)
            srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
        }
        policy.ssrc.type = direction
        policy.window_size = 1024
        var session: srtp_t?
        var key = key
        let status = key.withUnsafeMutableBufferPointer { buffer in
            policy.key = buffer.baseAddress
            return srtp_create(&session, &policy)
        }
        return status == srtp_err_status_ok ? session : nil
    }

    /// RTP or RTCP as it goes on the wire; `nil` if libsrtp refuses.
    package func protect(_ packet: [UInt8], isRTCP: Bool) -> [UInt8]? {
        transform(packet, room: Self.trailer) { isRTCP ? srtp_protect_rtcp(outbound, $0, $1) : srtp_protect(outbound, $0, $1) }
    }

    /// What the server sent; `nil` if it does not authenticate or was there before.
    package func unprotect(_ packet: [UInt8], isRTCP: Bool) -> [UInt8]? {
        transform(packet, room: 0) { isRTCP ? srtp_unprotect_rtcp(inbound, $0, $1) : srtp_unprotect(inbound, $0, $1) }
    }

    private func transform(
        _ packet: [UInt8], room: Int, _ body: (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
    ) -> [UInt8]? {
        var buffer = packet
        if room > 0 { buffer += repeatElement(0, count: room) }
        var length = Int32(packet.count)
        let status = buffer.withUnsafeMutableBytes { body($0.baseAddress, &length) }
        guard status == srtp_err_status_ok else {
            failures[status.rawValue, default: 0] += 1
            return nil
        }
        buffer.removeLast(buffer.count - Int(length))
        return buffer
    }
}
