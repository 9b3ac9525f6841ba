import RTP

/// One slot: a section on which a client receives. It carries at most one track at a time, and is one continuous RTP stream whatever it carries.
///
/// It decides what of its track goes on (`LayerSelector`, `TemporalFilter`), under which numbers (`StreamRewriter`), remembers enough to
/// send a packet again (`RepairHistory`), and hands metadata to the peer's pacer. Bytes are copied once, when the packet is sealed.
final class RTPSender {
    private(set) var slot: SlotSection
    let mid: StreamIdentifier?
    /// The peer, which owns this slot, without counting a reference.
    private let owner: Unmanaged<PeerConnection>
    var peer: PeerConnection { owner.takeUnretainedValue() }
    /// Row in the peer's senders; what pacer entries name.
    let index: Int
    let kind: MediaKind

    /// The track it carries now.
    private(set) var source: RTPReceiver?
    private(set) var codecs = SlotCodecs()
    var selector = LayerSelector()
    var temporal = TemporalFilter()
    var history = RepairHistory()

    /// The encoding that the stream follows now, for timestamps and reports.
    private(set) var encoding: Encoding?
    /// Source timestamp and arrival of the newest packet forwarded.
    private var lastSourceTimestamp: UInt32 = 0
    private var lastArrival: Int64 = .min
    private var lastCaptured: Int64 = .min

    // What reports tell.
    var packetCount: UInt32 = 0
    var octetCount: UInt32 = 0
    var lastReport: Int64 = .min
    var needsReport = false
    /// Timestamp of the frame whose last packet sent was not its end.
    var unfinishedFrame: UInt32?
    /// The client answered about this SSRC, so it knows whose it is and the MID need not be sent on.
    var isKnownToReceiver = false
    var repairSequence: UInt16
    var loss = SlotLoss()
    var repairLoss = SlotLoss()
    var sentMeter = RateMeter()

    /// What the allocator decided last, and why; told by `Event.layers`.
    var decision = LayerDecision()
    var climbing = ClimbBackOff()

    /// Last, because most of it is seldom looked at: `hotBytes` leaves that out.
    var rewriter: StreamRewriter

    init(slot: SlotSection, peer: PeerConnection, index: Int, random: UInt64, repairRandom: UInt64) {
        self.slot = slot
        mid = StreamIdentifier(slot.mid)
        owner = .passUnretained(peer)
        self.index = index
        kind = slot.purpose.kind
        rewriter = StreamRewriter(random: random)
        repairSequence = UInt16(truncatingIfNeeded: repairRandom) & 0x3FFF
    }

    func update(_ section: SlotSection) {
        slot = section
        if let source { codecs = SlotCodecs(publisher: source.section.codecs, slot: section.codecs) }
    }

    /// Maps a track, or nothing, onto the slot.
    /// - Parameter isOver: the former track has ended, and its store goes: nothing of it may, or could, be sent from here on.
    func carry(_ receiver: RTPReceiver?, at now: Instant, isOver: Bool = false) {
        guard receiver !== source else { return }
        leaveEncoding()
        if let first = removeQueued(isOver: isOver) {
            rewriter.rollBack(to: first.sent, isMidFrame: first.sent.timestamp == unfinishedFrame)
        }
        source?.listeners.removeAll { $0 === self }
        source = receiver
        peer.noteCarried()
        selector = LayerSelector()
        decision = LayerDecision()
        climbing = ClimbBackOff()
        guard let receiver else { return }
        receiver.listeners.append(self)
        codecs = SlotCodecs(publisher: receiver.section.codecs, slot: slot.codecs)
        if kind == .audio { selector.setTarget(0) }
    }

    /// What is queued of a former track that goes on is not sent any more, but for the rest of a frame that has begun to leave, and voice.
    private func removeQueued(isOver: Bool) -> EgressPacket? {
        guard kind == .video else { return isOver ? peer.pacer.removeAudio(of: UInt16(index)) : nil }
        return peer.pacer.removeVideo(of: UInt16(index), unfinished: isOver ? nil : unfinishedFrame)
    }

    /// Nothing the publisher sends can be decoded by this client.
    var isCodecUnsupported: Bool {
        guard let source else { return false }
        guard let live = encoding ?? source.encodings.first(where: { $0.ssrc != nil }) else { return codecs.isUnsupported }
        return codecs.payloadType(of: live.codecIndex) == nil
    }

    /// Bytes of an instance that a packet's way needs: all but most of `rewriter`.
    static let hotBytes = 768

    /// Asks for the peer's memory, and for where the next packets are noted.
    @inline(__always)
    func prefetchParts() {
        Prefetch.object(owner, bytes: PeerConnection.hotBytes)
        history.prefetchNext()
    }

    // MARK: Packets

    /// A packet of the carried track arrived.
    func packetArrived(_ packet: StoredPacket, of encoding: Encoding, isLate: Bool, at now: Instant) {
        guard kind == .video || owner._withUnsafeGuaranteedRef({ $0.rights.listen }) else { return }
        guard codecs.payloadType(of: packet.codecIndex) != nil else { return }
        // Any audio packet may begin a stream, and so may none that is empty.
        let mayBegin = kind == .audio ? !packet.traits.contains(.empty) : packet.traits.contains(.keyframeStart) && !isPast(packet)
        switch selector.packetArrived(encoding: encoding.index, keyframeStart: mayBegin) {
        case .drop:
            // A packet that was missing may have made the stored keyframe whole.
            if isLate, selector.awaits(encoding.index) { beginFromStore(encoding.index, at: now) }
        case .switchAndForward:
            begin(encoding, at: packet, now: now)
            if isLate, let store = encoding.store {
                // A keyframe's first packet that was lost and repaired: what follows it is here already, and was not forwarded.
                forwardStored(packet.sequence...store.highest, of: encoding, at: now)
            } else {
                forward(packet, of: encoding, at: now)
            }
        case .forward:
            if self.encoding === encoding { forward(packet, of: encoding, at: now) }
        }
    }

    /// What is shown is newer than this packet, which was kept on another worker before it crossed.
    private func isPast(_ packet: StoredPacket) -> Bool { selector.current != nil && packet.arrival < lastArrival }

    private func forward(_ packet: StoredPacket, of encoding: Encoding, at now: Instant) {
        let passes =
            packet.traits.contains(.empty)
            ? false
            : temporal.passes(
                timestamp: packet.timestamp, layer: packet.temporalLayer, layerSync: packet.traits.contains(.layerSync),
                keyframe: packet.traits.contains(.keyframe))
        guard passes else {
            if let open = rewriter.skip(packet) { enqueueFiller(open, at: now) }
            return
        }
        guard let mapped = rewriter.map(packet) else { return peer.core.counters.add(.packetTooOld) }
        if packet.arrival >= lastArrival {
            lastArrival = packet.arrival
            lastSourceTimestamp = packet.timestamp
        }
        enqueue(packet, mapped, of: encoding, at: now)
    }

    private func enqueue(_ packet: StoredPacket, _ mapped: StreamRewriter.Mapped, of encoding: Encoding, at now: Instant) {
        guard let payloadType = codecs.payloadType(of: packet.codecIndex) else { return }
        var sent = SentPacket(
            store: encoding.storeHandle, source: packet.sequence, timestamp: mapped.timestamp, sequence: mapped.sequence,
            pictureID: mapped.pictureID, tl0PictureIndex: mapped.tl0PictureIndex, payloadType: payloadType, rewrites: [])
        if packet.traits.contains(.marker) { sent.rewrites.insert(.marker) }
        if mapped.sequence != UInt16(truncatingIfNeeded: rewriter.highestSequence) { sent.rewrites.insert(.late) }
        if packet.traits.contains(.hasPictureID) {
            sent.rewrites.insert(.pictureID)
            if codecs.isVP9(packet.codecIndex) { sent.rewrites.insert(.vp9) }
        }
        if packet.traits.contains(.red) {
            if let red = codecs.redPayloadType(of: packet.codecIndex) { sent.payloadType = red } else { sent.rewrites.insert(.stripRED) }
        }
        if slot.rtx != nil { history.record(sent, at: now.nanoseconds) }
        queue(sent, bytes: packet.payloadLength + 48, kind: kind == .audio ? .audio : .video, at: now)
    }

    private func enqueueFiller(_ open: StreamRewriter.Mapped, at now: Instant) {
        guard let payloadType = encoding.flatMap({ codecs.payloadType(of: $0.codecIndex) }) else { return }
        let sent = SentPacket(
            store: .none, source: 0, timestamp: open.timestamp, sequence: open.sequence, pictureID: 0, tl0PictureIndex: 0,
            payloadType: payloadType, rewrites: .filler)
        // Behind what was mapped before it: a number that waits while others pass by is too old for the receiver's SRTP at last.
        queue(sent, bytes: 64, kind: kind == .audio ? .audio : .video, at: now)
    }

    /// See `PeerConnection.takeTransportSequence`.
    @inline(__always)
    func takeTransportSequence() -> UInt16 { owner._withUnsafeGuaranteedRef { $0.takeTransportSequence() } }

    private func queue(_ sent: SentPacket, bytes: Int, kind: EgressPacket.Kind, at now: Instant) {
        let packet = EgressPacket(
            sent: sent, sender: UInt16(index), bytes: UInt16(clamping: bytes), kind: kind, endsFrame: sent.rewrites.contains(.marker),
            enqueued: now.nanoseconds)
        owner._withUnsafeGuaranteedRef { $0.enqueue(packet, of: self, at: now) }
    }

    /// Padding on the RTX stream at the present time.
    func paddingToProbe() -> SentPacket {
        let payloadType = encoding.flatMap { codecs.payloadType(of: $0.codecIndex) } ?? 0
        return SentPacket(
            store: .none, source: 0, timestamp: rewriter.highestTimestamp, sequence: 0, pictureID: 0, tl0PictureIndex: 0,
            payloadType: payloadType, rewrites: .filler)
    }

    // MARK: Beginning a source

    /// Shows the newest keyframe and what followed it, if all of that is in the publisher's store. Otherwise the keyframe is asked for.
    ///
    /// Only where nothing is being shown: a run from the store begins in the past, and a picture that moves must not jump back.
    /// - Parameter age: how old the keyframe may be, in nanoseconds.
    /// - Parameter bytes: how much may be sent at once.
    func beginFromStore(_ encoding: Int, at now: Instant, age: Int64 = PacketStore.keyframeRunAge, bytes: Int = .max) {
        guard let source, encoding < source.encodings.count, selector.current == nil else { return }
        let wanted = source.encodings[encoding]
        guard source.mayForward, let store = wanted.store, let run = store.keyframeRun(at: now, age: age, bytes: bytes),
            let first = store.packet(run.lowerBound),
            codecs.payloadType(of: first.codecIndex) != nil
        else { return }
        selector.begun(encoding)
        begin(wanted, at: first, now: now)
        forwardStored(run, of: wanted, at: now)
        peer.core.counters.add(.keyframeRunServed)
    }

    private func forwardStored(_ run: ClosedRange<UInt64>, of encoding: Encoding, at now: Instant) {
        guard let store = encoding.store else { return }
        for sequence in run {
            if let packet = store.packet(sequence) { forward(packet, of: encoding, at: now) }
        }
    }

    private func begin(_ encoding: Encoding, at first: StoredPacket, now: Instant) {
        let captured = encoding.captured(
            first.timestamp, arrival: first.arrival, clockRate: encoding.receiver.clockRate, by: encoding.receiver.publisher.clock)
        rewriter.begin(at: first, timestamp: timestampToBegin(first, captured: captured))
        temporal.restart()
        self.encoding = encoding
        lastArrival = first.arrival
        lastSourceTimestamp = first.timestamp
        needsReport = true
    }

    /// Where a new source's first packet lies on the slot's timeline.
    ///
    /// Audio goes on in whole 20 ms frames (with any other step both browsers conceal; measured). Video goes on by the time between the
    /// two captures, which sender reports tell, or by the time between the arrivals.
    private func timestampToBegin(_ first: StoredPacket, captured: (time: Int64, isReported: Bool)) -> UInt32 {
        guard rewriter.hasStarted, lastArrival != .min else { return rewriter.highestTimestamp }
        let elapsed = max(0, first.arrival - lastArrival)
        if kind == .audio {
            let frames = (elapsed * 48 / 1_000_000 + 480) / 960
            return rewriter.highestTimestamp &+ UInt32(truncatingIfNeeded: max(960, frames * 960))
        }
        var step = elapsed
        if captured.isReported, let last = capturedOfLast() {
            let between = captured.time - last
            if abs(between - elapsed) < 500_000_000 { step = between }
        }
        // A millisecond at least: the new layer's keyframe may show the very moment that the old layer's last frame did.
        return rewriter.highestTimestamp &+ UInt32(truncatingIfNeeded: max(90, step * 90 / 1_000_000))
    }

    private func capturedOfLast() -> Int64? {
        guard let encoding else { return lastCaptured == .min ? nil : lastCaptured }
        let last = encoding.captured(
            lastSourceTimestamp, arrival: lastArrival, clockRate: encoding.receiver.clockRate, by: encoding.receiver.publisher.clock)
        return last.isReported ? last.time : nil
    }

    /// The pacer gave up this slot's queued video, of which `first` was the first packet: go on at the next keyframe.
    func videoDropped(from first: SentPacket, at now: Instant) {
        rewriter.rollBack(to: first)
        selector.awaitKeyframe()
        if let encoding { source?.wantKeyframe(of: encoding, at: now) }
        leaveEncoding()
    }

    private func leaveEncoding() {
        lastCaptured = capturedOfLast() ?? .min
        encoding = nil
    }

    // MARK: Reports

    /// Our clock and the slot's timestamp at the same moment (RFC 3550 §6.4.1): the moment is now, the timestamp that of what would be captured
    /// now.
    func timestampNow(at now: Instant) -> UInt32? {
        guard let encoding, rewriter.hasStarted else { return nil }
        let clockRate = Int64(encoding.receiver.clockRate)
        let captured = encoding.captured(
            lastSourceTimestamp, arrival: lastArrival, clockRate: Int(clockRate), by: encoding.receiver.publisher.clock)
        // A report of another stream, or a clock that was set: hours are no delay. The arrival is near enough then.
        let since = abs(now.nanoseconds - captured.time) < 10_000_000_000 ? now.nanoseconds - captured.time : now.nanoseconds - lastArrival
        let ticks = since / 1_000_000_000 * clockRate + since % 1_000_000_000 * clockRate / 1_000_000_000
        return rewriter.outputTimestamp(lastSourceTimestamp) &+ UInt32(truncatingIfNeeded: ticks)
    }
}
