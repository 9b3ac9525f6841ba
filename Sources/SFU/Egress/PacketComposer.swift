import RTP

/// Writes one outgoing packet in plain: a fresh header with the slot's numbers and extensions, then the publisher's payload.
struct PacketComposer {
    let buffer: UnsafeMutableRawBufferPointer
    let packet: EgressPacket
    let now: Instant
    /// Bytes written; 0 if the packet does not fit a datagram.
    private(set) var length = 0
    private(set) var payloadLength = 0

    /// What a datagram may hold before encryption: an Ethernet frame less IPv6 and UDP headers, less SRTP's tag.
    static let maximumLength = 1_452 - SRTPSession.overhead
    /// Padding of a probe or filler (RFC 3550 §5.1: the count is one byte).
    static let fillerPadding = 1
    static let probePadding = 255
    /// The most that a packet is padded to be as long as another of its frame. Packetisers split a frame evenly, so the rest of the division
    /// makes some packets a byte longer; four more bytes are a header extension that only one packet of a frame bears.
    static let evenPadding = 4

    init(buffer: UnsafeMutableRawBufferPointer, packet: EgressPacket, now: Instant) {
        self.buffer = buffer
        self.packet = packet
        self.now = now
    }

    /// A packet with the payload of `stored`, on the slot's stream or, for a repair, on its RTX stream.
    /// - Parameter evening: bytes of padding that would make it as long as the longest of its frame; 0 where none are wanted.
    mutating func writeMedia(_ stored: StoredPacket, bytes: UnsafeRawPointer, of sender: RTPSender, evening: Int) {
        let isRepair = packet.kind == .retransmission || packet.kind == .probe
        guard let header = isRepair ? repairHeader(of: sender) : mediaHeader(of: sender) else { return }
        let offset = writeHeader(header, of: sender, stored: stored)
        let from = Int(packet.sent.rewrites.contains(.stripRED) ? stored.primaryOffset : stored.payloadOffset)
        let count = Int(stored.length) - from
        let prefix = isRepair ? RTX.overhead : 0
        guard offset > 0, count > 0, offset + prefix + count <= Self.maximumLength else { return }
        // RFC 4588 §4: the original sequence number is the first two bytes of the payload.
        if isRepair { buffer.setUInt16(packet.sent.sequence, at: offset) }
        let payload = UnsafeMutableRawBufferPointer(rebasing: buffer[(offset + prefix)..<(offset + prefix + count)])
        payload.copyMemory(from: UnsafeRawBufferPointer(start: bytes + from, count: count))
        if packet.sent.rewrites.contains(.pictureID) { rewriteIndices(of: stored, in: payload) }
        payloadLength = prefix + count
        length = offset + payloadLength
        if !isRepair, evening > 0, evening <= Self.evenPadding, length + evening <= Self.maximumLength { pad(evening) }
    }

    private mutating func pad(_ count: Int) {
        length += count
        RTPHeaderWriter.writePadding(count, atEndOf: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<length]))
    }

    /// A packet of padding: on the media stream it fills a number that has nothing to carry, on the RTX stream it probes.
    mutating func writePadding(of sender: RTPSender) {
        let isProbe = packet.kind == .probe
        guard let header = isProbe ? repairHeader(of: sender) : mediaHeader(of: sender) else { return }
        let padding = isProbe ? Self.probePadding : Self.fillerPadding
        let offset = writeHeader(header, of: sender, stored: nil)
        guard offset > 0 else { return }
        length = offset
        pad(padding)
    }

    private func mediaHeader(of sender: RTPSender) -> RTPHeaderWriter? {
        RTPHeaderWriter(
            marker: packet.sent.rewrites.contains(.marker), payloadType: PayloadType(packet.sent.payloadType),
            sequenceNumber: SequenceNumber(packet.sent.sequence), timestamp: RTPTimestamp(packet.sent.timestamp), ssrc: sender.slot.ssrc)
    }

    private func repairHeader(of sender: RTPSender) -> RTPHeaderWriter? {
        guard let ssrc = sender.slot.rtx, let type = repairPayloadType(of: sender) else { return nil }
        defer { sender.repairSequence &+= 1 }
        return RTPHeaderWriter(
            marker: packet.sent.rewrites.contains(.marker), payloadType: type, sequenceNumber: SequenceNumber(sender.repairSequence),
            timestamp: RTPTimestamp(packet.sent.timestamp), ssrc: ssrc)
    }

    private func repairPayloadType(of sender: RTPSender) -> PayloadType? {
        for codec in sender.slot.codecs where codec.payloadType.rawValue == packet.sent.payloadType { return codec.rtxPayloadType }
        return nil
    }

    /// - Returns: where the payload goes; 0 if the header does not fit.
    private func writeHeader(_ header: RTPHeaderWriter, of sender: RTPSender, stored: StoredPacket?) -> Int {
        let ids = sender.slot.extensions
        let usesTwoBytes = max(max(ids.mid, ids.absSendTime), max(ids.transportSequenceNumber, ids.audioLevel)) > 14
        // The closure has what it needs as values: with the sender in it, a reference would be counted.
        let mid = !sender.isKnownToReceiver || header.ssrc != sender.slot.ssrc ? sender.mid : nil
        let number = ids.transportSequenceNumber != 0 ? sender.takeTransportSequence() : 0
        return header.write(into: buffer, form: usesTwoBytes ? .twoByte : .oneByte) { writer in
            if let mid { writer.append(mid, id: ids.mid) }
            writer.append(AbsSendTime(now), id: ids.absSendTime)
            if ids.transportSequenceNumber != 0 {
                writer.append(TransportSequenceNumber(SequenceNumber(number)), id: ids.transportSequenceNumber)
            }
            if let stored { forwardExtensions(of: stored, ids: ids, to: &writer) }
        } ?? 0
    }

    private func forwardExtensions(of stored: StoredPacket, ids: HeaderExtensionIDs, to writer: inout HeaderExtensionWriter) {
        let traits = stored.traits
        if traits.contains(.hasAudioLevel) {
            writer.append(AudioLevel(voiceActivity: traits.contains(.voiceActivity), level: stored.audioLevel), id: ids.audioLevel)
        }
        if traits.contains(.hasVideoOrientation) {
            writer.append(id: ids.videoOrientation, count: 1) { $0[0] = stored.videoOrientation }
        }
        if traits.contains(.hasPlayoutDelay) { writer.append(id: ids.playoutDelay, count: 3) { $0.setUInt24(stored.playoutDelay, at: 0) } }
        if traits.contains(.hasCaptureTime) {
            let offset = traits.contains(.hasCaptureClockOffset) ? stored.captureClockOffset : nil
            writer.append(AbsCaptureTime(captureTime: NTPTime(stored.captureTime), clockOffset: offset), id: ids.absCaptureTime)
        }
    }

    private func rewriteIndices(of stored: StoredPacket, in payload: UnsafeMutableRawBufferPointer) {
        let id = packet.sent.pictureID
        let tl0 = packet.sent.tl0PictureIndex
        let bytes = UnsafeRawBufferPointer(payload)
        if packet.sent.rewrites.contains(.vp9) {
            (try? VP9PayloadDescriptor(parsing: bytes))?.rewrite(pictureID: id, tl0PictureIndex: tl0, in: payload)
        } else {
            (try? VP8PayloadDescriptor(parsing: bytes))?.rewrite(pictureID: id, tl0PictureIndex: tl0, in: payload)
        }
    }
}
