import RTP

extension PeerConnection {
    /// Sends the padding of a running probe past the pacer: reaching more than the present rate is its purpose.
    func sendProbes(at now: Instant, into outbox: inout Outbox) {
        guard !prober.isIdle else { return }
        let count = prober.packetsDue(at: now)
        guard count > 0, let path = transport.selected, let sender = probedSender else { return }
        for _ in 0..<count where !outbox.isFull {
            let packet = EgressPacket(
                sent: sender.paddingToProbe(), sender: UInt16(sender.index), bytes: UInt16(Prober.packetBytes), kind: .probe,
                endsFrame: false,
                enqueued: now.nanoseconds)
            seal(packet, of: sender, path: path, core: core, at: now, into: &outbox)
        }
    }

    /// A slot that carries video and has an RTX stream, on which padding disturbs nothing.
    var probedSender: RTPSender? {
        for row in senderOrder {
            if let sender = senders[row], sender.kind == .video, sender.slot.rtx != nil, sender.packetCount > 0, sender.encoding != nil {
                return sender
            }
        }
        return nil
    }
}
