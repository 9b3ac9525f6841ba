/// Everything the packet path counts instead of logging. Each dropped datagram adds to exactly one `…Dropped`-like case, so the sum of them
/// explains every missing packet. The raw value is the name of the metric.
public enum Counter: Int, CaseIterable, Sendable {
    // Worker: the socket.
    case datagramsReceived, bytesReceived, datagramsSent, bytesSent
    /// Longer than a datagram of ours may be; cut by the kernel.
    case oversizeDatagram
    /// The kernel dropped them before we read: SO_RXQ_OVFL.
    case receiveQueueOverflow
    /// The socket stayed full longer than we hold datagrams back.
    case sendQueueOverflow
    /// The kernel refused one (no route, unreachable).
    case sendFailed
    /// A run was sent singly because the kernel refused it as a whole.
    case segmentationFallback
    /// Commands refused because the mailbox was full.
    case mailboxOverflow

    // Demultiplexing.
    /// First byte is of no protocol of RFC 7983.
    case unknownProtocol
    /// DTLS, RTP or RTCP from an address that has passed no connectivity check.
    case unvalidatedSource

    // ICE.
    case stunMalformed, stunNotARequest, stunUnknownUfrag, stunUnauthenticated
    /// A comprehension-required attribute that we do not know.
    case stunUnknownAttribute
    /// The reply would have been more than 1.2 times the request.
    case stunAmplification
    case stunRoleConflict
    /// An authentic check from the address of another participant who is there: a forged source, or one that came too soon.
    case stunAddressHeld
    case stunAnswered

    // DTLS.
    /// Epoch-0 application data, epochs of the future, broken framing.
    case dtlsRecordRefused
    /// A flight was held back: three times the bytes received from an address not yet proven by a handshake.
    case dtlsAmplification
    case dtlsRetransmission
    /// Application data; there are no data channels.
    case dtlsApplicationData
    case dtlsHandshakeFailed, dtlsFingerprintMismatch

    // SRTP.
    /// Media before the keys exist.
    case srtpNoKeys
    case srtpMalformed, srtpAuthenticationFailed, srtpReplayed
    /// A thirty-third stream from one peer.
    case srtpTooManyStreams
    /// A stream of ours that would begin at or above 2^15 (see SRTPSession).
    case srtpStartTooHigh
    case srtpProtectFailed

    // Core.
    /// RTP or RTCP from an address no peer has.
    case unknownAddress
    case rtpMalformed, rtcpMalformed
    /// A thirty-third SSRC of one peer: dropped before anything is spent on it.
    case tooManySSRCs
    /// Nothing says to which section it belongs.
    case unboundSSRC
    case unknownPayloadType
    /// Behind everything that is kept.
    case packetTooOld
    case duplicatePacket
    /// A retransmission stream's padding: bandwidth probes of the publisher.
    case paddingReceived
    /// Rights, mute or the client's own word forbid it.
    case notForwarded
    /// A receiver's queue was full.
    case pacerOverflow
    /// Video that waited too long was given up, once per slot and occasion.
    case pacerDroppedFrames
    /// The publisher's store no longer had the bytes when they were to be sent.
    case storeMiss
    /// Rewritten headers would have made the datagram too large.
    case packetTooLarge
    /// A joiner or a switch was served from the keyframe store.
    case keyframeRunServed
    case keyframeRequested
    case nackIgnored
    case openPeerRefused

    // Relay.
    /// A record for another worker found no room in the ring, or did not fit one; or a room had more of other workers' tracks than it holds.
    case relayOverflow
    /// A record that is none.
    case relayMalformed
    /// A record about a track that is not, or not any more.
    case relayUnknownTrack
    /// Packets that crossed to another worker.
    case relayedPackets
}
