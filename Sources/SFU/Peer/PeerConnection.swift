import RTP

/// One client's RTCPeerConnection, seen from here: its transport, the sections it publishes, the slots it receives, and what belongs to the
/// whole transport: SSRC bindings, transport-wide feedback, bandwidth, pacing.
final class PeerConnection: Publisher {
    let transport: Transport
    /// `transport` without counting a reference, for `prefetch`.
    let transportReference: Unmanaged<Transport>

    var rights: PeerRights { didSet { publishCeiling = rights.publishCeiling } }
    /// Sources that carry no track by the client's own word.
    var inactive: Set<TrackSource> = []
    var subscriptions: [Subscription] = []
    var isAuto = true

    /// By row; at most `maximumSections`. Slots that are gone keep theirs until another needs it.
    var senders: [RTPSender?] = [] {
        didSet { firstSender = (senders.first ?? nil).map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) } }
    }
    /// Where the first of them is; asking the array would count references.
    private(set) var firstSender: UnsafeRawPointer?
    /// One of its slots carries a picture.
    private(set) var isSentVideo = false
    /// Rows of the slots that are there, in section order.
    var senderOrder: [Int] = []

    var bindings = SSRCBindings()
    /// Header extension ids of what the client sends; one id means one extension throughout a bundle (RFC 8843 §9.2… RFC 8285 §5).
    var extensions = HeaderExtensionIDs()
    var feedback = TransportFeedbackRecorder()
    var pacer = Pacer()
    var bandwidth = BandwidthEstimate()
    var prober = Prober()
    var repairBudget = RepairBudget()
    var allocation = AllocationState()

    /// Round-trip time in nanoseconds, from the receiver reports.
    var roundTrip: Int64?
    var traffic = Traffic()
    var schedule = PeerSchedule()
    /// Addresses that the core sends our way.
    var addresses: [SocketAddress] = []
    /// Slots are to be mapped anew.
    var isUnmapped = true
    /// As told by the last `Event.slots` and `Event.layers`.
    var toldSlots: [SlotAssignment] = []
    var toldLayers: [LayerReport] = []
    var toldLayersAt = Instant(nanoseconds: 0)
    private var transportSequence: UInt16 = 0
    /// Where this peer's streams begin.
    var random: SeededRandom
    /// When anything but the pacer is due; holds while `isDutyKnown`.
    private var duty = Instant.distantFuture
    private var knownState = Transport.State.new
    private var saidUnreachable = false

    init(_ parameters: PeerParameters, core: MediaCore, room: Room, transport: Transport, joinOrder: Int, at now: Instant) {
        self.transport = transport
        transportReference = .passUnretained(transport)
        random = core.random(for: parameters.id)
        rights = parameters.rights
        super.init(
            id: parameters.id, participant: parameters.participant, core: core, room: room, joinOrder: joinOrder, at: now)
        publishCeiling = parameters.rights.publishCeiling
    }

    var isConnected: Bool { transport.state == .connected }

    /// What became of the transport since the last look. The core ends the peer on a reason.
    func noteTransport() -> DisconnectReason? {
        if transport.isUnreachable, !saidUnreachable {
            saidUnreachable = true
            core.emit(.unreachable(id))
        }
        let state = transport.state
        guard state != knownState else { return nil }
        knownState = state
        switch state {
        case .connected:
            core.emit(.connected(id))
            isUnmapped = true
            room?.evaluateRights(at: core.now)
            room?.isUnsettled = true
            return nil
        case .failed(let reason): return reason
        case .closed: return .closed
        case .new, .connecting: return nil
        }
    }

    /// A slot carries another track than before.
    func noteCarried() { isSentVideo = senders.contains { $0?.kind == .video && $0?.source != nil } }

    /// The next number of the transport-wide extension, where a slot negotiated it.
    func takeTransportSequence() -> UInt16 {
        defer { transportSequence &+= 1 }
        return transportSequence
    }

    /// Does what is due: keys and consent, feedback, reports, probes, and what the pacer lets go. Stops when the outbox is full.
    /// - Returns: why the peer is over, if it is.
    func advance(to now: Instant, into outbox: inout Outbox) -> DisconnectReason? {
        if isDutyKnown, duty > now, prober.isIdle {
            // By far the most frequent case: there is something to be sent, and nothing else.
            sendQueued(at: now, into: &outbox)
            if schedule.senderReport <= now {
                sendReports(at: now, into: &outbox)
                duty = nextDuty
            }
        } else {
            if let reason = doDuty(at: now, into: &outbox) { return reason }
            duty = nextDuty
            isDutyKnown = true
        }
        let hold = coreReference._withUnsafeGuaranteedRef { audioHold(in: $0) }
        deadline = min(duty, isConnected ? pacer.nextDeadline(at: now, hold: hold) ?? .distantFuture : .distantFuture)
        return nil
    }

    private func doDuty(at now: Instant, into outbox: inout Outbox) -> DisconnectReason? {
        if let due = transport.nextDeadline, due <= now { transport.advance(to: now, into: &outbox) }
        if let reason = noteTransport() { return reason }
        guard isConnected else { return nil }
        sendFeedback(at: now, into: &outbox)
        adapt(at: now)
        sendQueued(at: now, into: &outbox)
        sendProbes(at: now, into: &outbox)
        sendReports(at: now, into: &outbox)
        return nil
    }

    /// As `wake`, where a duty has come to be due at `time` and none of the others has moved.
    func wakeForDuty(at time: Instant) {
        duty = min(duty, time)
        wakeToSend(at: time)
    }

    /// When anything but the pacer is due.
    private var nextDuty: Instant {
        var earliest = transport.nextDeadline ?? .distantFuture
        guard isConnected else { return earliest }
        let regular = min(feedback.nextDeadline ?? .distantFuture, schedule.nextDeadline)
        earliest = min(earliest, coreReference._withUnsafeGuaranteedRef { $0.gathered(regular) })
        earliest = min(earliest, prober.nextDeadline ?? .distantFuture)
        for receiver in receivers {
            earliest = min(earliest, receiver.keyframes.nextDeadline ?? .distantFuture)
            for encoding in receiver.encodings { earliest = min(earliest, encoding.nacks.nextDeadline ?? .distantFuture) }
        }
        return earliest
    }

    /// Takes what a slot wants sent. Video that does not fit or waits too long is given up, slot by slot, and begins again at a keyframe.
    func enqueue(_ packet: EgressPacket, of sender: RTPSender, at now: Instant) {
        guard isConnected else { return }
        if packet.kind == .video, pacer.videoWait(at: now) > Pacer.maximumWait, let row = pacer.oldestVideoSender,
            dropVideo(of: row, at: now), Int(row) == sender.index
        {
            return
        }
        if !pacer.enqueue(packet) {
            core.counters.add(.pacerOverflow)
            if packet.kind == .video { dropVideo(of: packet.sender, at: now) }
            return
        }
        let hold = packet.kind == .audio ? coreReference._withUnsafeGuaranteedRef { audioHold(in: $0) } : 0
        wakeToSend(at: hold == 0 ? now : now.advanced(by: .nanoseconds(hold)))
    }

    /// - Returns: whether there was anything to give up; the rest of a frame that has begun to leave is not.
    @discardableResult
    private func dropVideo(of row: UInt16, at now: Instant) -> Bool {
        guard let sender = senders[Int(row)], let first = pacer.removeVideo(of: row, unfinished: sender.unfinishedFrame) else {
            return false
        }
        core.counters.add(.pacerDroppedFrames)
        sender.videoDropped(from: first.sent, at: now)
        return true
    }
}
