import RTP
import SFU

/// The rules that one slot's outgoing stream must keep, with the state to check them.
struct EgressStream {
    let section: SlotSection
    private(set) var sent = 0
    /// Numbers left out, and those of them that came later. Loss on a publisher's path leaves holes: receivers must see them as loss.
    private(set) var holes = 0
    private(set) var fills = 0
    var wraps: Int { (highest ?? 0) >> 16 }
    private var numbers = Unwrapper(bits: 16)
    private var highest: Int?
    /// The last packets by number, so that neighbours are compared in whatever order they were sent.
    private var recent: [Int: Kept] = [:]
    private var lastRTXNumber: UInt16?
    private var lastTimestamp: UInt32?
    /// Time of day and RTP time of the last report of this mapping, to see that media time runs at its rate.
    private var lastReport: (ntp: UInt64, rtp: UInt32, mapping: Int)?
    private var lastSent: Instant?
    /// First packet of this stream, or of a keyframe, with which any other source begins.
    private var began: Instant?
    private var mapping = 0

    private static let kept = 512

    private struct Kept {
        var timestamp: UInt32
        var isMarked: Bool
        var isPadding: Bool
        var video: WireFragment?

        /// `nil` if a video payload is not of its codec.
        init?(_ packet: WirePacket, section: SlotSection) {
            timestamp = packet.timestamp
            isMarked = packet.marker
            isPadding = packet.payload.isEmpty
            guard section.purpose.kind == .video, !isPadding else { return }
            guard let codec = section.codec(of: packet.payloadType), let fragment = WireFragment(packet.payload, codec: codec) else {
                return nil
            }
            video = fragment
            video?.body = []
        }
    }

    init(_ section: SlotSection) {
        self.section = section
    }

    func owns(_ ssrc: UInt32) -> Bool {
        ssrc == section.ssrc.rawValue || ssrc == section.rtx?.rawValue
    }

    /// What is wrong with the packet; empty if nothing is.
    mutating func observe(_ packet: WirePacket, at now: Instant) -> [String] {
        var complaints = extensionComplaints(packet)
        if packet.ssrc == section.rtx?.rawValue {
            complaints += observeRTX(packet)
        } else {
            complaints += observeMedia(packet, at: now)
            lastSent = now
            if began == nil { began = now }
        }
        return complaints
    }

    private func extensionComplaints(_ packet: WirePacket) -> [String] {
        let ids = section.extensions
        let known = [
            ids.audioLevel, ids.absSendTime, ids.transportSequenceNumber, ids.mid, ids.playoutDelay, ids.videoOrientation,
            ids.absCaptureTime,
        ]
        var complaints = packet.extensions.filter { !known.contains($0.id) }.map { "extension \($0.id) was not negotiated" }
        if let mid = packet[extension: ids.mid], mid != Array(section.mid.utf8) { complaints.append("MID of another section") }
        if ids.absSendTime != 0, packet[extension: ids.absSendTime]?.count != 3 { complaints.append("no abs-send-time") }
        return complaints
    }

    private mutating func observeRTX(_ packet: WirePacket) -> [String] {
        var complaints: [String] = []
        if let last = lastRTXNumber, packet.sequenceNumber != last &+ 1 {
            complaints.append("RTX number \(packet.sequenceNumber) after \(last)")
        }
        if lastRTXNumber == nil, packet.sequenceNumber >= 0x8000 { complaints.append("RTX starts at \(packet.sequenceNumber)") }
        lastRTXNumber = packet.sequenceNumber
        if !section.codecs.contains(where: { $0.rtxPayloadType?.rawValue == packet.payloadType }) {
            complaints.append("RTX payload type \(packet.payloadType)")
        }
        return complaints
    }

    private mutating func observeMedia(_ packet: WirePacket, at now: Instant) -> [String] {
        var complaints: [String] = []
        if highest == nil, packet.sequenceNumber >= 0x8000 { complaints.append("starts at \(packet.sequenceNumber), not below 2^15") }
        if !section.codecs.contains(where: { [$0.payloadType.rawValue, $0.redPayloadType?.rawValue].contains(packet.payloadType) }) {
            complaints.append("payload type \(packet.payloadType)")
        }
        let number = numbers.unwrap(UInt32(packet.sequenceNumber))
        if let highest {
            if number > highest + 1 { holes += number - highest - 1 }
            if number < highest { fills += 1 }
            if recent[number] != nil { complaints.append("number \(packet.sequenceNumber) was sent before") }
        }
        sent += 1
        guard let kept = Kept(packet, section: section) else { return complaints + ["not of its codec"] }
        if highest == nil, let video = kept.video, !video.startsFrame {
            complaints.append("the stream begins within a frame")
        }
        if kept.video?.isKeyframe == true { began = now }
        if let before = recent[number - 1] { complaints += Self.complaints(before, kept) }
        if let after = recent[number + 1] { complaints += Self.complaints(kept, after) }
        recent[number] = kept
        if number > highest ?? .min {
            recent[number - Self.kept] = nil
            highest = number
            if !kept.isPadding { lastTimestamp = packet.timestamp }
        }
        return complaints
    }

    /// What is wrong between two packets with neighbouring numbers.
    private static func complaints(_ a: Kept, _ b: Kept) -> [String] {
        guard !a.isPadding, !b.isPadding else { return [] }
        let step = Int32(bitPattern: b.timestamp &- a.timestamp)
        guard let before = a.video, let after = b.video else {
            // Audio advances in whole 20 ms frames, across remaps too (measured: anything else makes browsers conceal).
            return step > 0 && step % 960 == 0 ? [] : ["timestamp step \(step)"]
        }
        if step == 0 { return sameFrame(a, before, after) }
        var complaints = step < 0 ? ["timestamp step \(step)"] : []
        if !after.startsFrame { complaints.append("a frame without its first packet") }
        // What the pacer gave up ends anywhere; a keyframe makes good for it.
        if after.isKeyframe { return complaints }
        if !a.isMarked { complaints.append("a frame without a marker") }
        return complaints + pictureComplaints(before, after)
    }

    private static func sameFrame(_ a: Kept, _ before: WireFragment, _ after: WireFragment) -> [String] {
        var complaints: [String] = []
        if a.isMarked { complaints.append("a packet after the marker of its frame") }
        if after.pictureID != before.pictureID { complaints.append("two picture ids in one frame") }
        if after.tl0PictureIndex != before.tl0PictureIndex { complaints.append("two TL0PICIDX in one frame") }
        return complaints
    }

    private static func pictureComplaints(_ before: WireFragment, _ after: WireFragment) -> [String] {
        var complaints: [String] = []
        if let id = after.pictureID, let last = before.pictureID, id != (last + 1) & 0x7FFF {
            complaints.append("picture id \(id) after \(last)")
        }
        if let index = after.tl0PictureIndex, let last = before.tl0PictureIndex {
            let isBase = after.temporalID ?? 0 == 0
            if index != (isBase ? last &+ 1 : last) { complaints.append("TL0PICIDX \(index) after \(last), TID \(after.temporalID ?? 0)") }
        }
        return complaints
    }

    /// RFC 3550 §6.4.1: the two timestamps of a report mean the same instant. The report belongs to media that was just sent, and between two
    /// reports of one mapping both clocks have run equally far.
    mutating func senderReport(ntp: UInt64, rtp: UInt32, packets: UInt32, at now: Instant) -> [String] {
        var complaints: [String] = []
        let clockRate = section.purpose.kind == .audio ? 48_000.0 : 90_000.0
        if packets > UInt32(clamping: sent) { complaints.append("reports \(packets) packets, sent \(sent)") }
        // Who begins from the keyframe store sees up to a second of the past go by first, and the timeline begins with it.
        let isBeginning = began.map { now - $0 < .milliseconds(500) } ?? true
        if let lastTimestamp, let lastSent, now - lastSent < .milliseconds(200) {
            let ahead = Double(Int32(bitPattern: rtp &- lastTimestamp)) / clockRate
            if ahead < -0.5 || ahead > (isBeginning ? 1.2 : 0.5) { complaints.append("report is \(ahead) s ahead of the media") }
        }
        if let lastReport, lastReport.mapping == mapping {
            let wall = Double(Int64(bitPattern: ntp &- lastReport.ntp)) / 4_294_967_296
            let media = Double(Int32(bitPattern: rtp &- lastReport.rtp)) / clockRate
            if abs(wall - media) > (isBeginning ? 1.2 : 0.35) {
                complaints.append("between reports \(wall) s passed and \(media) s of media")
            }
        }
        lastReport = (ntp, rtp, mapping)
        return complaints
    }

    /// Another track plays in the slot from now on: its clock is another.
    mutating func remapped() {
        mapping += 1
        began = nil
    }
}
