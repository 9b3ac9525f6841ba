import RTP

/// A track whose publisher is a client of another worker. To the room and its slots it is a publisher like any other; its packets come from a
/// ring, and what a client would be asked by RTCP its worker is asked by records.
final class RelayedPublisher: Publisher {
    let track: RelayedTrackID
    /// Where the publisher's client is.
    let worker: Int
    /// When its worker last described it.
    var heard: Instant
    private var generations = InlineArray<8, UInt8>(repeating: 0)

    init(_ description: RelayedTrack, from worker: Int, core: MediaCore, room: Room, joinOrder: Int, at now: Instant) {
        track = description.id
        self.worker = worker
        heard = now
        super.init(
            id: description.id.peer, participant: description.participant, core: core, room: room, joinOrder: joinOrder, at: now)
        let receiver = RTPReceiver(section: description.section, publisher: self)
        receiver.mayForward = true
        for encoding in receiver.encodings {
            // Nothing crosses before somebody watches.
            encoding.isWatched = false
            encoding.toldWatched = false
        }
        receivers = [receiver]
    }

    var receiver: RTPReceiver { receivers[0] }

    /// Bit per encoding that its worker was told to send us.
    private var toldWatched: UInt8 { mask { $0.toldWatched } }

    /// Bit per encoding for which a slot waits that shows nothing yet.
    private var awaited: UInt8 {
        mask { encoding in receiver.listeners.contains { $0.selector.current == nil && $0.selector.awaits(encoding.index) } }
    }

    private func mask(_ condition: (Encoding) -> Bool) -> UInt8 {
        receiver.encodings.reduce(0) { condition($1) ? $0 | 1 << UInt8($1.index) : $0 }
    }

    /// Takes over what its worker says of it.
    func described(_ description: RelayedTrack, at now: Instant) {
        heard = now
        if receiver.section != description.section { receiver.update(description.section) }
        var isNews = publishCeiling != description.publishCeiling
        publishCeiling = description.publishCeiling
        for (encoding, told) in zip(receiver.encodings, description.encodings) {
            let before = (encoding.isOffered, encoding.codecIndex, encoding.width, encoding.height)
            encoding.isOffered = told.isAvailable
            if encoding.ssrc == nil { encoding.ssrc = told.ssrc }
            // What crosses is known from its packets.
            guard !encoding.isLive(at: now) else { continue }
            encoding.codecIndex = Int(told.codecIndex) < description.section.codecs.count ? told.codecIndex : 0
            encoding.width = told.width
            encoding.height = told.height
            encoding.knownBitrate = told.bitrate
            if before != (encoding.isOffered, encoding.codecIndex, encoding.width, encoding.height) { isNews = true }
        }
        if isNews { room?.encodingChanged(receiver, at: now) }
    }

    /// Takes one packet that crossed.
    func receive(_ packet: RelayedPacket, at now: Instant) {
        guard packet.encoding < receiver.encodings.count else { return core.counters.add(.relayMalformed) }
        let encoding = receiver.encodings[packet.encoding]
        adopt(packet.generation, of: encoding, at: now)
        guard let header = try? RTPHeader(parsing: packet.bytes) else { return core.counters.add(.relayMalformed) }
        encoding.ssrc = header.ssrc
        encoding.bindStore(in: core.stores, kind: receiver.kind)
        core.counters.add(.relayedPackets)
        receiver.receive(
            packet.bytes, header: header, extensions: HeaderExtensions(header, in: packet.bytes, ids: receiver.section.extensions),
            encoding: encoding, isRepair: false, at: now, arrival: plausible(packet.arrival, at: now))
        if let due = encoding.nacks.nextDeadline { wake(at: due) }
    }

    /// A packet came to its worker before it came here, and not long before: no store keeps more.
    private func plausible(_ arrival: Instant, at now: Instant) -> Instant {
        min(now, max(arrival, now.advanced(byNanoseconds: -Self.longestCrossing)))
    }

    private static let longestCrossing: Int64 = 10_000_000_000

    private func adopt(_ generation: UInt8, of encoding: Encoding, at now: Instant) {
        guard generations[encoding.index] != generation else { return }
        core.handOnBurst()
        generations[encoding.index] = generation
        receiver.restart(encoding, at: now)
    }

    func reported(_ report: RelayedReport, at now: Instant) {
        guard report.encoding < receiver.encodings.count else { return core.counters.add(.relayMalformed) }
        adopt(report.generation, of: receiver.encodings[report.encoding], at: now)
        clock = PublisherClock(offset: min(max(report.clockOffset, -PublisherClock.farthest), PublisherClock.farthest))
        receiver.encodings[report.encoding].reportedTime = ReportedTime(
            ntp: report.ntp, timestamp: report.timestamp, arrival: plausible(report.arrival, at: now))
    }

    func keyframeRefused(until time: Instant, at now: Instant) {
        receiver.keyframes.refused(until: time)
        for sender in receiver.listeners where sender.selector.current == nil { sender.peer.adaptSoon(at: now) }
    }

    /// Asks its worker for what is due: packets that did not cross, keyframes.
    func advance(to now: Instant) {
        for encoding in receiver.encodings { requestLost(of: encoding, at: now) }
        if let wanted = receiver.keyframes.takeDue(at: now) { core.links.send(.keyframe(track, encoding: wanted), to: worker) }
        deadline = receiver.keyframes.nextDeadline ?? .distantFuture
        for encoding in receiver.encodings { deadline = min(deadline, encoding.nacks.nextDeadline ?? .distantFuture) }
    }

    private func requestLost(of encoding: Encoding, at now: Instant) {
        guard let due = encoding.nacks.nextDeadline, due <= now else { return }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 128) { numbers in
            let (count, outcome) = encoding.nacks.takeDue(at: now, roundTrip: nil, into: numbers)
            if count > 0 { core.links.send(.nack(track, encoding: encoding.index, lost: Array(numbers[0..<count])), to: worker) }
            if outcome == .beyondRepair { receiver.wantKeyframe(of: encoding, at: now) }
        }
    }

    /// Says which encodings are to cross.
    func tellWatched() { core.links.send(.watch(track, encodings: toldWatched, fromStore: awaited), to: worker) }

    /// It is gone: nothing may refer to it any more.
    func leave() {
        receiver.mayForward = false
        for encoding in receiver.encodings { encoding.releaseStore(in: core.stores) }
        room = nil
    }
}
