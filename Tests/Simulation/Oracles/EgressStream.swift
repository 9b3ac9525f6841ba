import RTP
import SFU

/// The rules that one slot's outgoing stream must keep, with the state to check them.
struct EgressStream {
    let section: SlotSection
    private(set) var sent = 0
    private(set) var wraps = 0
    private var lastNumber: UInt16?
    private var lastRTXNumber: UInt16?
    private var lastTimestamp: UInt32?
    private var lastMarker = true
    private var lastDescriptor: VP8Descriptor?
    /// Time of day and RTP time of the last report of this mapping, to see that media time runs at its rate.
    private var lastReport: (ntp: UInt64, rtp: UInt32, mapping: Int)?
    private var lastSent: Instant?
    private var mapping = 0

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
            complaints += observeMedia(packet)
            lastSent = now
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

    private mutating func observeMedia(_ packet: WirePacket) -> [String] {
        var complaints: [String] = []
        sent += 1
        if let last = lastNumber {
            if packet.sequenceNumber != last &+ 1 { complaints.append("number \(packet.sequenceNumber) after \(last)") }
            if packet.sequenceNumber < last { wraps += 1 }
        } else if packet.sequenceNumber >= 0x8000 {
            complaints.append("starts at \(packet.sequenceNumber), not below 2^15")
        }
        if !section.codecs.contains(where: { $0.payloadType.rawValue == packet.payloadType }) {
            complaints.append("payload type \(packet.payloadType)")
        }
        lastNumber = packet.sequenceNumber
        guard !packet.payload.isEmpty else { return complaints }
        complaints += section.purpose.kind == .audio ? observeAudio(packet) : observeVideo(packet)
        lastTimestamp = packet.timestamp
        lastMarker = packet.marker
        return complaints
    }

    /// Audio slots advance in whole 20 ms frames, across remaps too (measured: anything else makes browsers conceal).
    private func observeAudio(_ packet: WirePacket) -> [String] {
        guard let lastTimestamp else { return [] }
        let step = Int32(bitPattern: packet.timestamp &- lastTimestamp)
        return step > 0 && step % 960 == 0 ? [] : ["timestamp step \(step)"]
    }

    private mutating func observeVideo(_ packet: WirePacket) -> [String] {
        guard let (descriptor, length) = VP8Descriptor.parse(packet.payload) else { return ["no VP8 descriptor"] }
        defer { lastDescriptor = descriptor }
        guard let lastTimestamp, let last = lastDescriptor else {
            return descriptor.startOfPartition ? [] : ["the first packet does not begin a frame"]
        }
        if packet.timestamp == lastTimestamp { return sameFrame(descriptor, last) }
        var complaints: [String] = []
        let step = Int32(bitPattern: packet.timestamp &- lastTimestamp)
        if step <= 0 { complaints.append("timestamp step \(step)") }
        if !lastMarker { complaints.append("a frame without a marker") }
        if !descriptor.startOfPartition { complaints.append("a frame without its first packet") }
        complaints += pictureComplaints(descriptor, last, isKeyframe: VP8Frame.keyframeSize(packet.payload.dropFirst(length)) != nil)
        return complaints
    }

    private func sameFrame(_ descriptor: VP8Descriptor, _ last: VP8Descriptor) -> [String] {
        var complaints: [String] = []
        if lastMarker { complaints.append("a packet after the marker of its frame") }
        if descriptor.pictureID != last.pictureID { complaints.append("two picture ids in one frame") }
        if descriptor.tl0PictureIndex != last.tl0PictureIndex { complaints.append("two TL0PICIDX in one frame") }
        return complaints
    }

    private func pictureComplaints(_ descriptor: VP8Descriptor, _ last: VP8Descriptor, isKeyframe: Bool) -> [String] {
        var complaints: [String] = []
        if let id = descriptor.pictureID, let before = last.pictureID, id != (before + 1) & 0x7FFF {
            complaints.append("picture id \(id) after \(before)")
        }
        if let index = descriptor.tl0PictureIndex, let before = last.tl0PictureIndex {
            let isBase = descriptor.temporalID ?? 0 == 0
            if index != (isBase ? before &+ 1 : before) {
                complaints.append("TL0PICIDX \(index) after \(before), TID \(descriptor.temporalID ?? 0)")
            }
        }
        return complaints
    }

    /// RFC 3550 §6.4.1: the two timestamps of a report mean the same instant. The report belongs to media that was just sent, and between two
    /// reports of one mapping both clocks have run equally far.
    mutating func senderReport(ntp: UInt64, rtp: UInt32, packets: UInt32, at now: Instant) -> [String] {
        var complaints: [String] = []
        let clockRate = section.purpose.kind == .audio ? 48_000.0 : 90_000.0
        if packets > UInt32(clamping: sent) { complaints.append("reports \(packets) packets, sent \(sent)") }
        if let lastTimestamp, let lastSent, now - lastSent < .milliseconds(200) {
            let ahead = Double(Int32(bitPattern: rtp &- lastTimestamp)) / clockRate
            if abs(ahead) > 0.5 { complaints.append("report is \(ahead) s ahead of the media") }
        }
        if let lastReport, lastReport.mapping == mapping {
            let wall = Double(Int64(bitPattern: ntp &- lastReport.ntp)) / 4_294_967_296
            let media = Double(Int32(bitPattern: rtp &- lastReport.rtp)) / clockRate
            if abs(wall - media) > 0.1 { complaints.append("between reports \(wall) s passed and \(media) s of media") }
        }
        lastReport = (ntp, rtp, mapping)
        return complaints
    }

    /// Another track plays in the slot from now on: its clock is another.
    mutating func remapped() {
        mapping += 1
    }
}
