import CSRTP
import RTP

/// The keys could not be made into a session: out of memory, or not a profile of libsrtp's.
public struct SRTPError: Error, Equatable {}

/// SRTP and SRTCP of one peer (RFC 3711, RFC 7714): owns two libsrtp sessions, works in place, allocates only when a stream appears.
///
/// Three rules are kept here rather than trusted to callers:
/// - At most 32 inbound streams. libsrtp searches its streams in a list and makes one for each authentic SSRC, so a peer could otherwise
///   make its own packets and our memory as expensive as it likes. An SSRC takes a place only once a packet of it has proved authentic.
/// - An outbound stream begins below sequence number 2^15. The receiver guesses the roll-over counter from the first packet it sees; if the
///   start is above and the packets around the first wrap are lost, it guesses wrong and never decrypts again (libwebrtc 13b327b0).
/// - A packet index is protected and accepted once.
public final class SRTPSession {
    /// Which side's keys are ours to send with. This server is always `.server`; `.client` is for its peers in tests.
    public enum Role: Sendable {
        case client, server
    }

    /// Bytes that must be free beyond a packet's length for `protect…`: tag (16) and SRTCP index (4), rounded up.
    public static let overhead = 24
    /// Packet indices back that may still arrive: RTX and a pacer reorder by more than libsrtp's default of 128.
    static let replayWindow: UInt = 1024
    static let maximumInboundStreams = 32
    /// Chosen: 20 slots with RTX, their RTCP senders, and room for as many again after renegotiation.
    static let maximumOutboundStreams = 128

    private let inbound: srtp_t
    private let outbound: srtp_t
    private let inboundParts: SRTPParts
    private let outboundParts: SRTPParts
    private var inboundSSRCs: SSRCTable
    private var outboundSSRCs: SSRCTable
    private var inboundStreams: SRTPStreams
    private var outboundStreams: SRTPStreams
    /// A stream's first packet has been admitted, and not sent yet.
    private var beginsStream = false
    private let counters: Counters

    public init(_ keying: SRTPKeyingMaterial, role: Role, counters: Counters) throws(SRTPError) {
        _ = SRTPLibrary.ciphers
        let client = keying.clientKey + keying.clientSalt
        let server = keying.serverKey + keying.serverSalt
        let (inbound, inboundParts) = SRTPParts.noted {
            makeSRTPContext(keying.profile, masterKey: role == .server ? client : server, direction: ssrc_any_inbound)
        }
        guard let inbound else { throw SRTPError() }
        let (outbound, outboundParts) = SRTPParts.noted {
            makeSRTPContext(keying.profile, masterKey: role == .server ? server : client, direction: ssrc_any_outbound)
        }
        guard let outbound else {
            srtp_dealloc(inbound)
            throw SRTPError()
        }
        (self.inbound, self.inboundParts) = (inbound, inboundParts)
        (self.outbound, self.outboundParts) = (outbound, outboundParts)
        self.counters = counters
        inboundSSRCs = SSRCTable(capacity: Self.maximumInboundStreams)
        outboundSSRCs = SSRCTable(capacity: Self.maximumOutboundStreams)
        inboundStreams = SRTPStreams(of: inbound)
        outboundStreams = SRTPStreams(of: outbound)
    }

    deinit {
        srtp_dealloc(inbound)
        srtp_dealloc(outbound)
    }

    /// Bytes of an instance, all of which a packet needs.
    static let hotBytes = 384

    /// Asks for what a packet that leaves is encrypted with.
    @inline(__always)
    func prefetchOutbound() {
        Prefetch.memory(UnsafeRawPointer(outbound), bytes: 64)
        outboundParts.prefetch()
        outboundStreams.prefetch()
    }

    /// As `prefetchOutbound`, for a packet that comes.
    @inline(__always)
    func prefetchInbound() {
        Prefetch.memory(UnsafeRawPointer(inbound), bytes: 64)
        inboundParts.prefetch()
        inboundStreams.prefetch()
    }

    /// Encrypts and authenticates an RTP packet in place.
    /// - Parameter length: bytes of the packet at the start of `buffer`, which must have `overhead` bytes beyond.
    /// - Returns: the new length; `nil` if it must not be sent (counted).
    public func protectRTP(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int? {
        precondition(length + Self.overhead <= buffer.count, "no room for the authentication tag")
        guard length >= 12, admitsOutbound(buffer) else { return nil }
        var size = Int32(truncatingIfNeeded: length)
        guard srtp_protect(outbound, buffer.baseAddress, &size) == srtp_err_status_ok else {
            counters.add(.srtpProtectFailed)
            return nil
        }
        if beginsStream { noteOutbound(buffer) }
        return Int(size)
    }

    private func noteOutbound(_ buffer: UnsafeMutableRawBufferPointer) {
        beginsStream = false
        outboundStreams.note(UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt32.self)), in: outbound)
    }

    /// As `protectRTP`, for a compound or reduced-size RTCP packet.
    public func protectRTCP(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int? {
        precondition(length + Self.overhead <= buffer.count, "no room for the authentication tag")
        var size = Int32(truncatingIfNeeded: length)
        guard length >= 8, srtp_protect_rtcp(outbound, buffer.baseAddress, &size) == srtp_err_status_ok else {
            counters.add(.srtpProtectFailed)
            return nil
        }
        return Int(size)
    }

    /// Checks and decrypts an SRTP packet in place.
    /// - Returns: the length of the RTP packet; `nil` if it is not authentic, a repetition, or of one stream too many (counted).
    public func unprotectRTP(_ packet: UnsafeMutableRawBufferPointer) -> Int? {
        guard packet.count >= 12 else { return drop(.srtpMalformed) }
        let ssrc = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        let known = inboundSSRCs.contains(ssrc)
        guard known || !inboundSSRCs.isFull else { return drop(.srtpTooManyStreams) }
        var size = Int32(truncatingIfNeeded: packet.count)
        let status = srtp_unprotect(inbound, packet.baseAddress, &size)
        guard status == srtp_err_status_ok else { return drop(reason(status)) }
        if !known { noteInbound(ssrc) }
        return Int(size)
    }

    /// As `unprotectRTP`, for SRTCP. The sender's SSRC (the fifth to eighth byte) counts as a stream.
    public func unprotectRTCP(_ packet: UnsafeMutableRawBufferPointer) -> Int? {
        guard packet.count >= 8 else { return drop(.srtpMalformed) }
        let ssrc = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        let known = inboundSSRCs.contains(ssrc)
        guard known || !inboundSSRCs.isFull else { return drop(.srtpTooManyStreams) }
        var size = Int32(truncatingIfNeeded: packet.count)
        let status = srtp_unprotect_rtcp(inbound, packet.baseAddress, &size)
        guard status == srtp_err_status_ok else { return drop(reason(status)) }
        if !known { noteInbound(ssrc) }
        return Int(size)
    }

    private func noteInbound(_ ssrc: UInt32) {
        inboundSSRCs.insert(ssrc)
        inboundStreams.note(ssrc, in: inbound)
    }

    /// Frees the place of a stream that is gone, so that a long session may use more than 32 in all. Its replay window goes with it, so an
    /// old packet of it would count as new: forget only what is no longer forwarded.
    ///
    /// There is no such call for outbound streams: one that began again under the same key would use the same key stream twice.
    public func forgetInbound(_ ssrc: SSRC) {
        guard inboundSSRCs.remove(ssrc.rawValue) else { return }
        inboundStreams.forget(ssrc.rawValue)
        // libsrtp takes and compares the SSRC in network order.
        srtp_remove_stream(inbound, ssrc.rawValue.bigEndian)
    }

    private func admitsOutbound(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let ssrc = UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        if outboundSSRCs.contains(ssrc) { return true }
        guard UInt16(bigEndian: buffer.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) < 1 << 15 else {
            counters.add(.srtpStartTooHigh)
            return false
        }
        guard !outboundSSRCs.isFull else {
            counters.add(.srtpProtectFailed)
            return false
        }
        outboundSSRCs.insert(ssrc)
        beginsStream = true
        return true
    }

    private func drop(_ counter: Counter) -> Int? {
        counters.add(counter)
        return nil
    }

    private func reason(_ status: srtp_err_status_t) -> Counter {
        switch status {
        case srtp_err_status_auth_fail, srtp_err_status_cipher_fail: .srtpAuthenticationFailed
        case srtp_err_status_replay_fail, srtp_err_status_replay_old: .srtpReplayed
        default: .srtpMalformed
        }
    }
}
