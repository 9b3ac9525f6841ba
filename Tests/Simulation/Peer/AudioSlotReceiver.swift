import RTP
import SFU

/// The client's side of one audio slot: a small NetEq. Every 20 ms one frame is taken out; a frame that is missing while later ones are
/// there is concealed; an empty buffer stretches time; a full one is shortened.
package final class AudioSlotReceiver {
    /// What one tick gave.
    package enum Output {
        /// Nothing has come for long: silence that nobody expects otherwise.
        case idle
        case concealed(ArraySlice<Int16>)
        case played(ArraySlice<Int16>, speaker: UInt8?)
    }

    private static let frameTicks = 960
    /// Frames kept at most: one second. More are dropped from the front.
    private static let bound = 50
    /// Depth at which a stream starts, and to which a deep buffer is shortened.
    private static let target = 3
    private static let deep = 8
    /// Ticks without any frame after which the slot counts as idle.
    private static let idleAfter = 10
    /// Frames missing in a row that are a pause, not loss: nothing is concealed, and the next frame comes at once.
    private static let pause = 10

    package let section: SlotSection
    package private(set) var stream: ReceiveStream
    package private(set) var log = SoundLog()
    private let decoder = OpusDecoder()
    private var timestamps = Unwrapper(bits: 32)
    private var frames: [(timestamp: Int, payload: ArraySlice<UInt8>)] = []
    private var next: Int?
    private var isFilling = true
    private var emptyTicks = 0

    package init(section: SlotSection) {
        self.section = section
        stream = ReceiveStream(ssrc: section.ssrc.rawValue, clockRate: 48_000)
    }

    package func receive(_ packet: WirePacket, at now: Instant) {
        guard stream.receive(packet, at: now) != nil else { return }
        let timestamp = timestamps.unwrap(packet.timestamp)
        guard let codec = section.codecs.first, packet.payloadType == codec.redPayloadType?.rawValue else {
            return insert(packet.payload, timestamp)
        }
        guard let blocks = REDPayload.parse(packet.payload, payloadType: codec.payloadType.rawValue) else { return log.broken += 1 }
        log.redundant += 1
        for block in blocks { insert(block.frame, timestamp - Int(block.offset), isRepeated: block.offset > 0) }
    }

    private func insert(_ frame: ArraySlice<UInt8>, _ timestamp: Int, isRepeated: Bool = false) {
        // A header alone announces silence.
        guard frame.count > 2 else { return }
        if isRepeated, next.map({ timestamp < $0 }) ?? true || frames.contains(where: { $0.timestamp == timestamp }) { return }
        if isRepeated { log.restored += 1 }
        if let next, timestamp < next {
            log.late += 1
            return
        }
        let place = frames.firstIndex { $0.timestamp >= timestamp } ?? frames.count
        frames.insert((timestamp, frame), at: place)
        log.received += 1
        if frames.count > Self.bound { frames.removeFirst() }
    }

    /// 20 ms of sound.
    package func tick(at now: Instant) -> Output {
        if isFilling {
            guard frames.count >= Self.target else { return starve() }
            isFilling = false
            next = frames[0].timestamp
        }
        guard let wanted = next, let head = frames.first else { return starve() }
        emptyTicks = 0
        if head.timestamp > wanted {
            // A jump beyond what could still arrive is a remap or a pause: go on from there.
            if head.timestamp - wanted > Self.pause * Self.frameTicks { next = head.timestamp }
            return conceal(advancing: true)
        }
        frames.removeFirst()
        if frames.count > Self.deep { shorten() }
        next = max(head.timestamp, wanted) + Self.frameTicks
        return play(head.payload, at: now)
    }

    private func shorten() {
        frames.removeFirst()
        log.shortened += 1
        if let first = frames.first { next = first.timestamp }
    }

    private func starve() -> Output {
        emptyTicks += 1
        guard emptyTicks < Self.idleAfter, next != nil else {
            isFilling = true
            return .idle
        }
        return conceal(advancing: false)
    }

    private func conceal(advancing: Bool) -> Output {
        if advancing, let wanted = next { next = wanted + Self.frameTicks }
        log.concealed += 1
        return .concealed(decoder?.conceal() ?? [])
    }

    private func play(_ payload: ArraySlice<UInt8>, at now: Instant) -> Output {
        log.note(at: now)
        if let frame = SyntheticAudio(parsing: payload) { return .played([], speaker: frame.isSilent ? nil : frame.id) }
        guard let samples = decoder?.decode(payload) else {
            log.broken += 1
            return .concealed([])
        }
        return .played(samples, speaker: nil)
    }

    package func report(at now: Instant) -> WireRTCP.Block? { stream.report(at: now) }

    package func senderReport(ntp: UInt64, rtp: UInt32, at now: Instant) {
        stream.senderReportArrived(ntp: ntp, at: now)
    }

    package func assigned(_ track: TrackID?, at now: Instant) {
        log.assigned(track, at: now)
    }
}
