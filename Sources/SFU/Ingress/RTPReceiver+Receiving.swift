import RTP

extension RTPReceiver {
    /// Takes one decrypted media packet of `encoding`: counts it, keeps it, and hands it to the slots that carry this track.
    ///
    /// - Parameter isRepair: it came over RTX and was unwrapped; reports do not count it as received.
    /// - Parameter arrival: when it came, where that was on another worker.
    func receive(
        _ bytes: UnsafeRawBufferPointer, header: RTPHeader, extensions: HeaderExtensions, encoding: Encoding, isRepair: Bool,
        at now: Instant, arrival: Instant? = nil
    ) {
        guard case .media(let codecIndex, let isRED) = payload(of: header.payloadType) else {
            return publisher.core.counters.add(.unknownPayloadType)
        }
        let before = encoding.unwrapper.highest?.rawValue
        let sequence = encoding.unwrapper.extended(header.sequenceNumber).rawValue
        if let before, sequence &+ UInt64(Self.maximumLateness) < before { return publisher.core.counters.add(.packetTooOld) }
        if encoding.store?.packet(sequence) != nil { return publisher.core.counters.add(.duplicatePacket) }
        _ = encoding.unwrapper.unwrap(header.sequenceNumber)
        count(bytes.count, header: header, sequence: sequence, of: encoding, isRepair: isRepair, at: now)

        var packet = StoredPacket()
        packet.sequence = sequence
        packet.arrival = (arrival ?? now).nanoseconds
        packet.timestamp = header.timestamp.rawValue
        packet.codecIndex = UInt8(codecIndex)
        packet.payloadOffset = UInt16(header.headerLength)
        packet.primaryOffset = packet.payloadOffset
        packet.length = UInt16(header.payloadRange.upperBound)
        if header.marker { packet.traits.insert(.marker) }
        if header.payloadLength == 0 {
            packet.traits.insert(.empty)
        } else {
            inspect(bytes, header: header, isRED: isRED, encoding: encoding, packet: &packet, at: now)
        }
        copyExtensions(extensions, into: &packet)
        keepAndForward(packet, bytes: bytes, encoding: encoding, isLate: before.map { sequence < $0 } ?? false, at: now)
    }

    /// A packet further behind the newest than this is older than any store reaches, and than receivers' SRTP would take: their window of 1,024
    /// counts the newest.
    static let maximumLateness = 1023

    private func count(
        _ bytes: Int, header: RTPHeader, sequence: UInt64, of encoding: Encoding, isRepair: Bool, at now: Instant
    ) {
        if !isRepair {
            encoding.statistics.received(
                sequence, timestamp: header.timestamp.rawValue, bytes: bytes, clockRate: clockRate, at: now)
        }
        guard section.feedback.contains(.nack) else { return }
        if encoding.nacks.received(sequence, at: now) == .beyondRepair { wantKeyframe(of: encoding, at: now) }
    }

    private func inspect(
        _ bytes: UnsafeRawBufferPointer, header: RTPHeader, isRED: Bool, encoding: Encoding, packet: inout StoredPacket, at now: Instant
    ) {
        encoding.packetArrived(at: now)
        let payload = UnsafeRawBufferPointer(rebasing: bytes[header.payloadRange])
        if isRED {
            packet.traits.insert(.red)
            if let red = try? RED(parsing: payload) { packet.primaryOffset = packet.payloadOffset + UInt16(red.primary.range.lowerBound) }
        }
        if kind == .audio {
            encoding.codecIndex = packet.codecIndex
            encoding.meter.add(bytes: bytes.count, timestamp: packet.timestamp, layer: 0, at: now)
        } else {
            inspectVideo(payload, bytes: bytes.count, encoding: encoding, packet: &packet, at: now)
        }
        encoding.lastTimestamp = packet.timestamp
        encoding.noteArrival(of: packet.timestamp, at: Instant(nanoseconds: packet.arrival), clockRate: clockRate)
    }

    private func inspectVideo(
        _ payload: UnsafeRawBufferPointer, bytes: Int, encoding: Encoding, packet: inout StoredPacket, at now: Instant
    ) {
        let size = PayloadInspector.inspect(
            payload, codec: codec(at: packet.codecIndex), isNewTimestamp: packet.timestamp != encoding.lastTimestamp, into: &packet)
        encoding.meter.add(bytes: bytes, timestamp: packet.timestamp, layer: packet.temporalLayer, at: now)
        encoding.noteBitrate(at: now)
        if encoding.wantsKeyframeWhenLive {
            encoding.wantsKeyframeWhenLive = false
            if !packet.traits.contains(.keyframeStart) {
                keyframes.forgetPace()
                wantKeyframe(of: encoding, at: now)
            }
        }
        guard packet.traits.contains(.keyframeStart) else { return }
        // What came before it was of the picture before.
        publisher.core.handOnBurst()
        encoding.nacks.keyframeStarted(at: packet.sequence)
        keyframes.keyframeArrived(encoding: encoding.index)
        publisher.isDutyKnown = false
        let changed = encoding.codecIndex != packet.codecIndex || size.map { Int($0.height) != encoding.height } ?? false
        encoding.codecIndex = packet.codecIndex
        if let size {
            encoding.width = Int(size.width)
            encoding.height = Int(size.height)
        }
        if changed { publisher.room?.encodingChanged(self, at: now) }
    }

    private func copyExtensions(_ extensions: HeaderExtensions, into packet: inout StoredPacket) {
        if let level = extensions.audioLevel {
            packet.audioLevel = level.level
            packet.traits.insert(.hasAudioLevel)
            if level.voiceActivity { packet.traits.insert(.voiceActivity) }
        }
        if let orientation = extensions.videoOrientation {
            packet.videoOrientation = orientation.rotation.rawValue | (orientation.isFlipped ? 4 : 0) | (orientation.isBackCamera ? 8 : 0)
            packet.traits.insert(.hasVideoOrientation)
        }
        if let delay = extensions.playoutDelay {
            packet.playoutDelay = UInt32(delay.minimumUnits) << 12 | UInt32(delay.maximumUnits)
            packet.traits.insert(.hasPlayoutDelay)
        }
        if let capture = extensions.absCaptureTime {
            packet.captureTime = capture.captureTime.rawValue
            packet.traits.insert(.hasCaptureTime)
            if let offset = capture.clockOffset {
                packet.captureClockOffset = offset
                packet.traits.insert(.hasCaptureClockOffset)
            }
        }
    }

    /// Nothing is kept of what may not be forwarded, so nothing of it can be shown later.
    private func keepAndForward(
        _ packet: StoredPacket, bytes: UnsafeRawBufferPointer, encoding: Encoding, isLate: Bool, at now: Instant
    ) {
        guard mayForward else { return publisher.core.counters.add(.notForwarded) }
        guard let store = encoding.store, let base = bytes.baseAddress else { return }
        guard store.insert(packet, from: base) else { return publisher.core.counters.add(.packetTooOld) }
        if !isStarted, !packet.traits.contains(.empty) { publisher.room?.trackStarted(self, at: now) }
        owner._withUnsafeGuaranteedRef {
            if kind == .audio {
                $0.room?.audioLevel(loudness(of: packet), of: self, at: now)
            } else {
                $0.coreReference._withUnsafeGuaranteedRef { $0.noteVideo() }
            }
        }
        if !branches.isEmpty { relay(packet, of: encoding, bytes: base) }
        guard !listeners.isEmpty else { return }
        // What may begin a stream, or make a stored keyframe whole, is looked at by itself; so is voice, which comes singly.
        if kind == .video, !isLate, !packet.traits.contains(.keyframeStart) {
            owner._withUnsafeGuaranteedRef { $0.coreReference._withUnsafeGuaranteedRef { $0.addToBurst(packet, of: encoding) } }
        } else {
            owner._withUnsafeGuaranteedRef { $0.coreReference._withUnsafeGuaranteedRef { $0.handOnBurst() } }
            forEachListener { $0.packetArrived(packet, of: encoding, isLate: isLate, at: now) }
        }
    }

    /// Hands packets that came together to the slots that carry this track, each of which gets all of them before the next gets any.
    func handOn(_ packets: UnsafeBufferPointer<StoredPacket>, of encoding: Encoding, at now: Instant) {
        forEachListener { for packet in packets { $0.packetArrived(packet, of: encoding, isLate: false, at: now) } }
    }

    /// In their order, those who come next prepared meanwhile. None of them goes before it is over: the array is held.
    @inline(__always)
    private func forEachListener(_ body: (RTPSender) -> Void) {
        let listeners = self.listeners
        for place in listeners.indices {
            if place + 2 < listeners.count { Prefetch.object(listeners.uncounted(at: place + 2), bytes: RTPSender.hotBytes) }
            if place + 1 < listeners.count { listeners.uncounted(at: place + 1)._withUnsafeGuaranteedRef { $0.prefetchParts() } }
            listeners.uncounted(at: place)._withUnsafeGuaranteedRef(body)
        }
    }

    /// The packet's level, or a guess for a client that does not say: Opus in discontinuous transmission sends next to nothing in silence.
    private func loudness(of packet: StoredPacket) -> UInt8 {
        if packet.traits.contains(.hasAudioLevel) { return packet.audioLevel }
        return packet.payloadLength > 8 ? 35 : 127
    }

    /// Asks for a keyframe when anyone is watching.
    func wantKeyframe(of encoding: Encoding, at now: Instant) {
        guard kind == .video, !listeners.isEmpty || isWatchedElsewhere else { return }
        guard encoding.isLive(at: now), encoding.toldWatched, encoding.lastPacket >= encoding.toldAt else {
            // A paused encoder answers no request, and begins with a keyframe when it comes back.
            encoding.wantsKeyframeWhenLive = true
            return
        }
        keyframes.want(encoding: encoding.index, at: now)
        publisher.wake(at: now)
    }
}
