import RTP
import SFU

/// A client in virtual time: it checks connectivity, publishes, repairs, watches, and reports as a browser does. Sans-IO: datagrams go in
/// by `receive`, time by `advance`, and what it sends is fetched with `takeOutgoing`.
package final class ScriptedPeer {
    package let id: PeerID
    package let plan: PeerPlan
    package private(set) var parameters: PeerParameters
    /// Virtual time in which pictures are stamped begins here.
    package let epoch: Instant
    package private(set) var audio: AudioPublisher?
    package private(set) var screenSound: AudioPublisher?
    package private(set) var videos: [VideoPublisher] = []
    package private(set) var audioSlots: [AudioSlotReceiver] = []
    package private(set) var videoSlots: [VideoSlotReceiver] = []
    package private(set) var hearing: HearingLog
    package internal(set) var bandwidth = BandwidthReporter()
    package private(set) var audit = FeedbackAudit()
    package internal(set) var events = EventLog()
    package private(set) var faults = Faults()
    package private(set) var connectedAt: Instant?
    /// Sends RTCP feedback at all. A viewer that goes silent is a test of the server's patience.
    package var reports = true
    /// REMB is held at this many bits per second, for a viewer that says it is slow.
    package var bandwidthCeiling: Int?

    /// What must never happen to a client.
    package struct Faults: Sendable, Equatable {
        /// SRTP or SRTCP that did not authenticate.
        package var undecryptable = 0
        /// Authenticated, but not well-formed.
        package var malformed = 0
        /// An SSRC that no slot has.
        package var strangers = 0
        /// A payload type or MID that the section did not negotiate.
        package var misaddressed = 0
        package init() {}
    }

    private static let tick = Duration.milliseconds(20)

    private var ice: ICEClient
    private let srtp: ClientSRTP
    let wallClock: WallClock
    private var random: RandomSource
    private var outgoing: [[UInt8]] = []
    private var transportNumber: UInt16
    private var nextTick: Instant
    private var nextReport: Instant
    let reporterSSRC: UInt32
    private let iceRandom: RandomSource
    private var reportRandom: RandomSource

    /// - Parameters:
    ///   - keys: what DTLS would have agreed on.
    ///   - candidates: every participant index of the world, whose tones are listened for.
    package init?(
        id: PeerID, plan: PeerPlan, keys: SRTPKeyingMaterial, candidates: [Int], random seed: RandomSource, start: Instant, epoch: Instant
    ) {
        guard let srtp = ClientSRTP(keys) else { return nil }
        self.id = id
        self.plan = plan
        self.srtp = srtp
        self.epoch = epoch
        random = seed
        wallClock = WallClock(random: &random)
        hearing = HearingLog(candidates: candidates)
        transportNumber = UInt16(random.integer(in: 0...0xFFFF))
        reporterSSRC = UInt32(truncatingIfNeeded: random.next())
        nextTick = start + .milliseconds(random.integer(in: 0...19))
        nextReport = start + .milliseconds(random.integer(in: 200...1000))
        iceRandom = random.forked(7)
        reportRandom = random.forked(8)
        let offer = PeerOffer(id: id, plan: plan, random: &random, start: start)
        parameters = offer.parameters
        audio = offer.audio
        screenSound = offer.screenSound
        videos = offer.videos
        for slot in parameters.sections.slots {
            if slot.purpose.kind == .audio {
                audioSlots.append(AudioSlotReceiver(section: slot))
            } else {
                videoSlots.append(VideoSlotReceiver(section: slot))
            }
        }
        ice = ICEClient(local: parameters.remoteICE, remote: parameters.localICE, random: iceRandom, start: start)
    }

    // MARK: Time and datagrams

    /// The next instant at which `advance` has something to do.
    package var nextDeadline: Instant {
        var next = min(ice.nextDeadline, connectedAt == nil ? .distantFuture : min(nextTick, nextReport))
        guard connectedAt != nil else { return next }
        if let audio { next = min(next, audio.nextDeadline) }
        if let screenSound { next = min(next, screenSound.nextDeadline) }
        for video in videos { next = min(next, video.nextDeadline) }
        guard reports else { return next }
        for slot in videoSlots { next = min(next, slot.nextDeadline ?? next) }
        if let due = bandwidth.nextDeadline { next = min(next, due) }
        return next
    }

    package func takeOutgoing() -> [[UInt8]] {
        defer { outgoing.removeAll(keepingCapacity: true) }
        return outgoing
    }

    package func receive(_ datagram: [UInt8], at now: Instant) {
        guard let first = datagram.first else { return }
        switch first {
        case 0...3: receiveSTUN(datagram, at: now)
        case 128...191: receiveMedia(datagram, at: now)
        default: faults.malformed += 1
        }
    }

    package func advance(to now: Instant) {
        if let check = ice.check(at: now) { outgoing.append(check) }
        guard connectedAt != nil else { return }
        publish(at: now)
        while nextTick <= now {
            hearing.add(audioSlots.map { $0.tick(at: nextTick) }, at: nextTick)
            nextTick += Self.tick
        }
        if reports { sendFeedback(at: now) }
        if now >= nextReport {
            nextReport += .milliseconds(reportRandom.integer(in: plan.reportPause))
            sendReports(at: now)
        }
    }

    private func receiveSTUN(_ datagram: [UInt8], at now: Instant) {
        guard case .answered(first: true) = ice.receive(datagram, at: now), connectedAt == nil else { return }
        connectedAt = now
        nextTick = max(nextTick, now)
        nextReport = max(nextReport, now)
        audio?.resume(at: now)
        screenSound?.resume(at: now)
        videos.forEach { $0.resume(at: now) }
    }

    // MARK: Publishing

    private func publish(at now: Instant) {
        if let packet = audio?.advance(to: now) { transmit(packet, at: now) }
        if let packet = screenSound?.advance(to: now) { transmit(packet, at: now) }
        for video in videos {
            for packet in video.advance(to: now, captureMilliseconds: milliseconds(at: now)) { transmit(packet, at: now) }
        }
    }

    private func milliseconds(at now: Instant) -> UInt32 {
        UInt32(truncatingIfNeeded: now.milliseconds(since: epoch))
    }

    /// Stamps abs-send-time and the transport-wide number, protects and sends.
    private func transmit(_ packet: WirePacket, at now: Instant) {
        var packet = packet
        let ids = Negotiated.extensions
        let time = UInt32(truncatingIfNeeded: wallClock.ntp(at: now) >> 14) & 0xFF_FFFF
        var stamp: [UInt8] = []
        stamp.append(big24: time)
        packet.extensions.append(.init(id: ids.absSendTime, bytes: stamp))
        stamp = []
        stamp.append(big: transportNumber)
        packet.extensions.append(.init(id: ids.transportSequenceNumber, bytes: stamp))
        audit.noteSent(transportNumber)
        transportNumber &+= 1
        if let sealed = srtp.protect(packet.serialized(), isRTCP: false) { outgoing.append(sealed) }
    }

    func transmit(_ writer: WireRTCPWriter) {
        guard !writer.isEmpty, let sealed = srtp.protect(writer.bytes, isRTCP: true) else { return }
        outgoing.append(sealed)
    }

    var sendStreams: [SendStream] {
        [audio, screenSound].compactMap { $0?.stream } + videos.flatMap { $0.encodings.map(\.stream) }
    }

    // MARK: Receiving

    private func receiveMedia(_ datagram: [UInt8], at now: Instant) {
        guard datagram.count >= 12 else { return faults.malformed += 1 }
        // RFC 5761 §4: RTCP types 192…223 where RTP has marker and payload type.
        let isRTCP = (192...223).contains(datagram[1])
        guard let bytes = srtp.unprotect(datagram, isRTCP: isRTCP) else { return noteUndecryptable() }
        guard !isRTCP else { return receiveRTCP(bytes, at: now) }
        guard let packet = WirePacket(parsing: bytes) else { return faults.malformed += 1 }
        let sendTime = packet[extension: Negotiated.slotExtensions.absSendTime].map { $0.big24(at: 0) }
        bandwidth.receive(bytes: datagram.count, sendTime: sendTime, at: now)
        route(packet, at: now)
    }

    /// Copies that the path made are refused as replays, rightly.
    private func noteUndecryptable() {
        let replays = srtp.failures[9, default: 0] + srtp.failures[10, default: 0]
        faults.undecryptable = srtp.failures.values.reduce(0, +) - replays
    }

    private func route(_ packet: WirePacket, at now: Instant) {
        if let slot = audioSlots.first(where: { $0.section.ssrc.rawValue == packet.ssrc }) {
            check(packet, against: slot.section)
            slot.receive(packet, at: now)
        } else if let slot = videoSlots.first(where: { $0.section.ssrc.rawValue == packet.ssrc || $0.section.rtx?.rawValue == packet.ssrc })
        {
            check(packet, against: slot.section)
            slot.receive(packet, at: now)
        } else {
            faults.strangers += 1
        }
    }

    private func check(_ packet: WirePacket, against section: SlotSection) {
        let isRTX = packet.ssrc == section.rtx?.rawValue
        let types = section.codecs.flatMap { isRTX ? [$0.rtxPayloadType] : [$0.payloadType, $0.redPayloadType] }.map { $0?.rawValue }
        let mid = packet[extension: Negotiated.slotExtensions.mid]
        if !types.contains(packet.payloadType) || mid.map({ $0 != Array(section.mid.utf8) }) ?? false { faults.misaddressed += 1 }
    }

    private func receiveRTCP(_ bytes: [UInt8], at now: Instant) {
        guard let messages = WireRTCP.parse(bytes) else { return faults.malformed += 1 }
        for message in messages {
            switch message {
            case .senderReport(let ssrc, let ntp, let rtp, _, _, let blocks):
                senderReport(ssrc, ntp, rtp, at: now)
                receiverReport(blocks)
            case .receiverReport(_, let blocks): receiverReport(blocks)
            case .nack(let media, let numbers): answer(media, numbers, at: now)
            case .pictureLoss(let media): keyframe(of: [media])
            case .fullIntra(let ssrcs): keyframe(of: ssrcs)
            case .transportFeedback(let feedback): audit.receive(feedback)
            case .remb, .sourceDescription, .goodbye, .other: break
            }
        }
    }

    private func senderReport(_ ssrc: UInt32, _ ntp: UInt64, _ rtp: UInt32, at now: Instant) {
        for slot in audioSlots where slot.section.ssrc.rawValue == ssrc { slot.senderReport(ntp: ntp, rtp: rtp, at: now) }
        for slot in videoSlots where slot.section.ssrc.rawValue == ssrc { slot.senderReport(ntp: ntp, rtp: rtp, at: now) }
    }

    private func receiverReport(_ blocks: [WireRTCP.Block]) {
        for stream in sendStreams where blocks.contains(where: { $0.ssrc == stream.parameters.ssrc }) { stream.isKnownToReceiver = true }
    }

    private func answer(_ media: UInt32, _ numbers: [UInt16], at now: Instant) {
        guard let stream = sendStreams.first(where: { $0.parameters.ssrc == media }) else { return faults.strangers += 1 }
        for number in numbers {
            if let packet = stream.retransmission(of: number) { transmit(packet, at: now) }
        }
    }

    private func keyframe(of ssrcs: [UInt32]) {
        for video in videos where video.encodings.contains(where: { ssrcs.contains($0.stream.parameters.ssrc) }) { video.requestKeyframe() }
    }

    // MARK: What signalling tells it

    /// The server's events about this peer, when they have come over the gateway.
    package func handle(_ event: Event, at now: Instant) {
        events.note(event, at: now)
        switch event {
        case .slots(_, let assignments): assign(assignments, at: now)
        case .watchedEncodings(_, let track, let encodings) where plan.pausesUnwatched:
            for video in videos where video.source == track.source {
                for encoding in encodings { video.setActive(encoding.watched, rid: encoding.rid) }
            }
        default: break
        }
    }

    private func assign(_ assignments: [SlotAssignment], at now: Instant) {
        for slot in audioSlots {
            if let entry = assignments.first(where: { $0.mid == slot.section.mid }) { slot.assigned(entry.track, at: now) }
        }
        for slot in videoSlots {
            if let entry = assignments.first(where: { $0.mid == slot.section.mid }) { slot.assigned(entry.track, at: now) }
        }
    }

    // MARK: What a script does to it

    /// Both sides have new credentials (RFC 8445 §9). Media goes on meanwhile.
    package func restartICE(local: ICECredentials, remote: ICECredentials, at now: Instant) {
        parameters.localICE = local
        parameters.remoteICE = remote
        ice = ICEClient(local: remote, remote: local, random: iceRandom.forked(UInt64(now.nanoseconds)), start: now)
    }

    /// Sends a packet of the script's own making, under this peer's keys.
    package func inject(_ packet: WirePacket, at now: Instant) {
        guard connectedAt != nil else { return }
        transmit(packet, at: now)
    }

    /// The client's address changed: it checks from the new one at once.
    package func addressChanged(at now: Instant) {
        ice.checkSoon(at: now)
    }
}
