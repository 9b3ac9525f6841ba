import RTP
import Synchronization

/// One RTP stream of a publisher: numbers, times, content. The send thread's, but for keyframe requests.
public final class SendStream: @unchecked Sendable {
    /// What microphones are sent as: Opus in Chromium's offers.
    public static let audioType: UInt8 = 111
    /// And cameras: VP8.
    public static let videoType: UInt8 = 96
    /// The header extensions that streams carry, numbered as in Chromium's offers.
    public static let extensions: HeaderExtensionIDs = {
        var ids = HeaderExtensionIDs()
        (ids.audioLevel, ids.mid, ids.rid) = (1, 4, 10)
        return ids
    }()

    public let ssrc: SSRC
    public let payloadType: PayloadType
    public let shape: TrafficShape
    /// Header extensions that the stream carries; id 0 is none.
    public struct Labels: Sendable {
        public var mid: String?
        public var rid: String?
        public var ids = HeaderExtensionIDs()
        public init(mid: String? = nil, rid: String? = nil, ids: HeaderExtensionIDs = HeaderExtensionIDs()) {
            self.mid = mid
            self.rid = rid
            self.ids = ids
        }
    }

    public let repair: StreamRepair
    private let keyframeWanted = Atomic(false)
    /// Packets sent, lost ones among them, retransmissions not; written by the send thread.
    public let sent = Atomic<UInt64>(0)
    private var schedule: PacketSchedule
    private var start: Int64 = .min
    private var sequence: SequenceNumber
    private var index: UInt32 = 0
    private var octets: UInt32 = 0
    private let number: UInt32
    public let labels: Labels
    /// Nanoseconds from the stream's start to its first packet, so that streams which start together do not send together.
    private let phase: Int64
    private let mid: StreamIdentifier?
    private let rid: StreamIdentifier?
    private let ids: HeaderExtensionIDs
    /// dBov of the speaker; it wavers a little so that levels are not all alike.
    private let level: UInt8

    /// - Parameters:
    ///   - number: unique in a run.
    ///   - repair: SSRC of retransmissions, if it offers them on a stream of their own.
    public init(
        number: UInt32, ssrc: SSRC, payloadType: PayloadType, shape: TrafficShape, labels: Labels = Labels(), level: UInt8 = 30,
        phase: Int64 = 0, repair: SSRC? = nil
    ) {
        self.repair = StreamRepair(ssrc: repair, remembers: shape.pattern != .audio)
        self.labels = labels
        self.phase = phase
        self.number = number
        self.ssrc = ssrc
        self.payloadType = payloadType
        self.shape = shape
        self.level = level
        mid = labels.mid.flatMap { StreamIdentifier($0) }
        rid = labels.rid.flatMap { StreamIdentifier($0) }
        ids = labels.ids
        schedule = PacketSchedule(shape: shape)
        sequence = SequenceNumber(UInt16.random(in: 0..<1 << 14))
    }

    /// When the next packet is due, in nanoseconds of CLOCK_MONOTONIC. The first call starts the stream.
    func nextDue(now: Int64) -> Int64 {
        if start == .min { start = now + phase }
        return start + schedule.next.due
    }

    /// From any thread.
    func requestKeyframe() { keyframeWanted.store(true, ordering: .relaxed) }

    /// Moves everything that is still to come: nothing was due while the sender held its breath.
    func postpone(by nanoseconds: Int64) {
        if start != .min { start += nanoseconds }
    }

    /// Writes the next packet in plain.
    /// - Returns: its length.
    func writeNext(into buffer: UnsafeMutableRawBufferPointer, now: Int64) -> Int {
        if keyframeWanted.exchange(false, ordering: .relaxed) { schedule.requestKeyframe() }
        let packet = schedule.next
        schedule.advance()
        let header = RTPHeaderWriter(
            marker: shape.pattern == .audio ? false : packet.endsFrame, payloadType: payloadType, sequenceNumber: sequence,
            timestamp: timestamp(of: packet.frame), ssrc: ssrc)
        sequence = sequence &+ 1
        let offset =
            header.write(into: buffer) { writer in
                if let mid, ids.mid != 0 { writer.append(mid, id: ids.mid) }
                if let rid, ids.rid != 0 { writer.append(rid, id: ids.rid) }
                if shape.pattern == .audio, ids.audioLevel != 0 {
                    writer.append(AudioLevel(voiceActivity: true, level: level &+ UInt8(packet.frame & 3)), id: ids.audioLevel)
                }
            } ?? 0
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<max(packet.bytes, offset + 64)])
        let described = shape.pattern == .audio ? writeOpusStart(room) : writeVP8Start(room, packet)
        let covered = room.count - described - ContentStamp.length
        ContentStamp(stream: number, index: index, covered: UInt32(covered), sentNanoseconds: now).write(endOf: room)
        index &+= 1
        octets &+= UInt32(room.count)
        return offset + room.count
    }

    /// For a sender report (RFC 3550 §6.4.1): the media clock at `now`, and what was sent so far. `nil` before the first packet.
    func senderInfo(at now: Int64, ntp: NTPTime) -> SenderInfo? {
        guard start != .min, index > 0 else { return nil }
        let ticks = (now - start) / 1000 * Int64(rate) / 1_000_000
        return SenderInfo(
            ntp: ntp, rtpTimestamp: RTPTimestamp(UInt32(truncatingIfNeeded: ticks)), packetCount: index, octetCount: octets)
    }

    private var rate: Int { shape.pattern == .audio ? 48_000 : 90_000 }

    private func timestamp(of frame: Int) -> RTPTimestamp {
        RTPTimestamp(UInt32(truncatingIfNeeded: frame * rate / shape.framesPerSecond))
    }

    /// RFC 6716 §3.1: CELT, 20 ms, one frame.
    private func writeOpusStart(_ payload: UnsafeMutableRawBufferPointer) -> Int {
        payload[0] = 0x78
        return 1
    }

    /// RFC 7741 §4.2: X, S on the frame's first packet, a picture id of 15 bits; §4.3: the frame's first byte, and a keyframe's start code and size.
    private func writeVP8Start(_ payload: UnsafeMutableRawBufferPointer, _ packet: ScheduledPacket) -> Int {
        payload[0] = packet.startsFrame ? 0x90 : 0x80
        payload[1] = 0x80
        payload[2] = 0x80 | UInt8(packet.frame >> 8 & 0x7F)
        payload[3] = UInt8(packet.frame & 0xFF)
        guard packet.startsFrame else { return 4 }
        guard packet.isKeyframe else {
            payload[4] = 0x11
            return 5
        }
        payload[4] = 0x10
        payload[5] = 0
        payload[6] = 0
        payload[7] = 0x9D
        payload[8] = 0x01
        payload[9] = 0x2A
        payload.storeBytes(of: UInt16(shape.width).littleEndian, toByteOffset: 10, as: UInt16.self)
        payload.storeBytes(of: UInt16(shape.height).littleEndian, toByteOffset: 12, as: UInt16.self)
        return 14
    }
}
