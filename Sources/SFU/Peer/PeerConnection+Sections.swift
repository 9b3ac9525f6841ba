import RTP

extension PeerConnection {
    /// Takes over what an offer and its answer agreed on. Sections are matched by mid; what is gone is closed, what stays keeps its streams.
    func apply(_ sections: Sections) {
        applyReceiving(Array(sections.receive.prefix(Self.maximumSections)))
        applySlots(Array(sections.slots.prefix(Self.maximumSections)))
        isUnmapped = true
        wake(at: core.now)
    }

    /// SRTP sessions hold 128 outgoing streams, so at most that many slots with RTX make sense.
    static let maximumSections = 64

    private func applyReceiving(_ sections: [ReceiveSection]) {
        for receiver in receivers where !sections.contains(where: { $0.mid == receiver.section.mid && $0.source == receiver.source }) {
            close(receiver)
        }
        receivers = sections.map { section in
            if let known = receivers.first(where: { $0.section.mid == section.mid && $0.source == section.source }) {
                known.update(section)
                return known
            }
            return RTPReceiver(section: section, publisher: self)
        }
        extensions = HeaderExtensionIDs()
        for section in sections { merge(section.extensions) }
        for receiver in receivers where receiver.section.rids.isEmpty { bindDeclared(receiver) }
    }

    private func close(_ receiver: RTPReceiver) {
        room?.trackStopped(receiver, at: core.now)
        receiver.mayForward = false
        for ssrc in bindings.removeAll(of: receiver) { transport.srtp?.forgetInbound(ssrc) }
        for encoding in receiver.encodings { encoding.releaseStore(in: core.stores) }
    }

    private func bindDeclared(_ receiver: RTPReceiver) {
        guard let declared = receiver.section.ssrcs.first, let encoding = receiver.encodings.first, encoding.ssrc == nil else { return }
        bind(declared.ssrc, asMediaOf: encoding)
        if let rtx = declared.rtx, bindings.bind(rtx, to: .repair(encoding)) { encoding.repairSSRC = rtx }
    }

    /// Ids agree throughout a bundle, so the first section that has one tells it.
    private func merge(_ ids: HeaderExtensionIDs) {
        func take(_ path: WritableKeyPath<HeaderExtensionIDs, UInt8>) {
            if extensions[keyPath: path] == 0 { extensions[keyPath: path] = ids[keyPath: path] }
        }
        take(\.audioLevel)
        take(\.absSendTime)
        take(\.transportSequenceNumber)
        take(\.mid)
        take(\.rid)
        take(\.repairedRID)
        take(\.videoOrientation)
        take(\.playoutDelay)
        take(\.absCaptureTime)
        take(\.dependencyDescriptor)
    }

    private func applySlots(_ sections: [SlotSection]) {
        for (row, sender) in senders.enumerated() {
            guard let sender, !sections.contains(where: { sender.sends($0) }) else { continue }
            sender.carry(nil, at: core.now)
            pacer.removeAll(of: UInt16(row))
            sender.isKnownToReceiver = false
        }
        senderOrder = sections.map { section in
            if let row = senders.firstIndex(where: { $0?.sends(section) ?? false }) {
                senders[row]?.update(section)
                return row
            }
            return addSender(section, among: sections)
        }
    }

    /// A slot that is gone keeps its row as long as no other needs it: should it come back (an offer rolled back, a section stopped and taken up again),
    /// its streams go on where they were. Under the same keys they cannot begin anew, and below their former numbers SRTP refuses them.
    private func addSender(_ section: SlotSection, among sections: [SlotSection]) -> Int {
        let row =
            senders.count < Self.maximumSections
            ? senders.count
            : senders.firstIndex { sender in !sections.contains { sender?.sends($0) ?? false } } ?? senders.count
        let sender = RTPSender(
            slot: section, peer: self, index: row, random: random.next(), repairRandom: random.next())
        if row < senders.count { senders[row] = sender } else { senders.append(sender) }
        return row
    }

    /// The peer is gone: nothing may refer to it any more.
    func leave() {
        for sender in senders { sender?.carry(nil, at: core.now) }
        for receiver in receivers {
            receiver.mayForward = false
            for encoding in receiver.encodings { encoding.releaseStore(in: core.stores) }
        }
        receivers = []
        senders = []
        senderOrder = []
        bindings = SSRCBindings()
        room = nil
    }
}

extension RTPSender {
    /// Whether this is the slot of that section: a stream's numbers belong to its SSRC.
    fileprivate func sends(_ section: SlotSection) -> Bool { slot.mid == section.mid && slot.ssrc == section.ssrc }
}
