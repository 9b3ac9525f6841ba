import RTP

/// Packets of a camera as Chromium sends them: VP8 with a 15-bit picture id, TL0PICIDX and two temporal layers, 1,200 bytes each.
struct VideoStream {
    static let packetBytes = 1200
    static let packetsOfFrame = 8
    /// Frames from one keyframe to the next.
    static let keyframeInterval = 300
    static let ssrc = SSRC(1002)

    /// RFC 7741 §4.2: X and S, then I L T, a long picture id, TL0PICIDX, TID and Y; a delta frame's first byte behind.
    static var payload: [UInt8] { [0x90, 0xE0, 0x80, 0x01, 0x05, 0x20, 0x11] + [UInt8](repeating: 0xA5, count: 1170) }

    static var extensions: HeaderExtensionIDs {
        var ids = HeaderExtensionIDs()
        ids.audioLevel = 1
        ids.absSendTime = 2
        ids.transportSequenceNumber = 3
        ids.mid = 4
        ids.videoOrientation = 5
        ids.playoutDelay = 6
        return ids
    }

    private var sequence = SequenceNumber(1)
    private var packetInFrame = 0
    private var frame = 0

    /// - Parameter fillsExtensions: a value for each id of `extensions` but the level.
    mutating func write(into buffer: UnsafeMutableRawBufferPointer, at now: Instant, fillsExtensions: Bool = false) -> Int {
        let isLast = packetInFrame == Self.packetsOfFrame - 1
        let header = RTPHeaderWriter(
            marker: isLast, payloadType: PayloadType(96), sequenceNumber: sequence,
            timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: frame * 3000)),
            ssrc: Self.ssrc)
        let ids = Self.extensions
        var at =
            header.write(into: buffer) { writer in
                writer.append(AbsSendTime(now), id: ids.absSendTime)
                writer.append(TransportSequenceNumber(sequence), id: ids.transportSequenceNumber)
                guard fillsExtensions else { return }
                if let mid = StreamIdentifier("1") { writer.append(mid, id: ids.mid) }
                writer.append(id: ids.videoOrientation, count: 1) { $0[0] = 1 }
                writer.append(id: ids.playoutDelay, count: 3) { $0.setUInt24(0, at: 0) }
            } ?? 0
        let isKeyframe = frame % Self.keyframeInterval == 0
        let layer = isKeyframe ? 0 : frame & 1
        for byte in [packetInFrame == 0 ? 0x90 : 0x80, 0xE0, 0x80 | (frame >> 8) & 0x7F, frame & 0xFF, (frame / 2) & 0xFF, layer << 6] {
            buffer[at] = UInt8(byte)
            at += 1
        }
        if packetInFrame == 0 {
            // RFC 6386 §9.1: a keyframe's first bytes with its size, 640×360; a delta frame's first bit is 1.
            for byte in isKeyframe ? [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01] : [0x11] as [UInt8] {
                buffer[at] = byte
                at += 1
            }
        }
        sequence = sequence &+ 1
        packetInFrame = isLast ? 0 : packetInFrame + 1
        if isLast { frame += 1 }
        return Self.packetBytes
    }
}
