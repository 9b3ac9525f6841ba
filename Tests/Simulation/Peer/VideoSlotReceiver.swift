import RTP
import SFU

/// The client's side of one video slot: repairs losses, puts frames together, decodes them and notes what a person would have seen.
package final class VideoSlotReceiver {
    /// What the slot asks of the server now.
    package struct Requests {
        package var nack: [UInt16] = []
        package var pictureLoss = false
    }

    /// Frames that wait for an earlier one.
    private static let waitingBound = 64
    /// libwebrtc waits 200 ms for a first keyframe before it asks.
    private static let keyframePatience = Duration.milliseconds(200)
    /// How long nothing may be decodable, while packets come, before a PLI. libwebrtc's is 3 s; Firefox's and our page's patience is less.
    private static let stallPatience = Duration.milliseconds(1000)

    package let section: SlotSection
    package private(set) var media: ReceiveStream
    package private(set) var log = PictureLog()
    private var rtx: Unwrapper?
    private var rtxSeen: Set<Int> = []
    private var assembler = FrameAssembler()
    private var references = FrameReferences()
    private let decoder = PictureDecoder()
    private var waiting: [AssembledFrame] = []
    private var patienceFrom: Instant?
    private var lastPictureLoss: Instant?

    package init(section: SlotSection) {
        self.section = section
        media = ReceiveStream(ssrc: section.ssrc.rawValue, clockRate: 90_000)
    }

    /// A packet of the media or the RTX stream.
    package func receive(_ packet: WirePacket, at now: Instant) {
        guard packet.ssrc != section.ssrc.rawValue else {
            guard let number = media.receive(packet, at: now) else { return }
            return insert(packet, number: number, at: now)
        }
        // RFC 4588 §4: the original number is the first two bytes. Padding on RTX has none.
        guard packet.payload.count > 2 else { return log.probes += 1 }
        log.repairs += 1
        guard let number = media.recover(packet.payload.big16(at: packet.payload.startIndex), at: now) else {
            return log.uselessRepairs += 1
        }
        var original = packet
        original.payload = packet.payload.dropFirst(2)
        original.ssrc = section.ssrc.rawValue
        insert(original, number: number, at: now)
    }

    private func insert(_ packet: WirePacket, number: Int, at now: Instant) {
        if patienceFrom == nil { patienceFrom = now }
        var malformed = false
        if let frame = assembler.insert(
            packet, codec: section.codec(of: packet.payloadType), number: number, malformed: &malformed), !references.isOld(frame)
        {
            let place = waiting.firstIndex { $0.first > frame.first } ?? waiting.count
            waiting.insert(frame, at: place)
            if waiting.count > Self.waitingBound { waiting.removeFirst() }
        }
        if malformed { log.malformed += 1 }
        decodeWhatCanBe(at: now)
    }

    private func decodeWhatCanBe(at now: Instant) {
        while let index = waiting.firstIndex(where: { references.canDecode($0, isPadding: assembler.isPadding) }) {
            let frame = waiting[index]
            waiting.removeFirst(index + 1)
            guard let seen = decoder.decode(frame.bytes, codec: frame.codec) else {
                log.broken += 1
                references.reset()
                continue
            }
            references.decoded(frame)
            patienceFrom = now
            if frame.isKeyframe { media.forget(before: frame.first) }
            assembler.forget(before: frame.last)
            log.note(seen, isKeyframe: frame.isKeyframe, at: now)
        }
    }

    /// What to ask for now.
    package func requests(at now: Instant) -> Requests {
        var requests = Requests()
        requests.nack = media.requests(at: now)
        log.nacked += requests.nack.count
        if let due = pictureLossDue, now >= due {
            requests.pictureLoss = true
            lastPictureLoss = now
            log.pictureLosses += 1
        }
        return requests
    }

    /// When a PLI is due if nothing is decoded until then; `nil` while no packets come.
    private var pictureLossDue: Instant? {
        guard let patienceFrom, let lastArrival = media.lastArrival, lastArrival > patienceFrom || !references.hasKeyframe else {
            return nil
        }
        let patience = references.hasKeyframe ? Self.stallPatience : Self.keyframePatience
        let due = patienceFrom + patience
        guard lastArrival + patience >= due else { return nil }
        return max(due, lastPictureLoss.map { $0 + patience } ?? due)
    }

    package var nextDeadline: Instant? {
        [media.nextRequest, pictureLossDue].compactMap(\.self).min()
    }

    package func report(at now: Instant) -> WireRTCP.Block? { media.report(at: now) }

    package func senderReport(ntp: UInt64, rtp: UInt32, at now: Instant) {
        media.senderReportArrived(ntp: ntp, at: now)
    }

    /// The slot map changed; `nil` is idle.
    package func assigned(_ track: TrackID?, at now: Instant) {
        log.assigned(track, at: now)
        if track == nil { patienceFrom = nil }
    }
}
