/// One packet on its way to one receiver: what to make it from, and how it leaves. Everything else is looked up when it is sealed.
struct EgressPacket: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case audio
        /// A repair, over the slot's RTX stream where it has one.
        case retransmission
        case video
        /// Padding on the slot's RTX stream, to find out what the path carries.
        case probe
    }

    var sent: SentPacket
    /// Row in the peer's senders.
    var sender: UInt16
    /// About what it will be on the wire, for the pacer.
    var bytes: UInt16
    var kind: Kind
    /// Last packet of its frame.
    var endsFrame: Bool
    var enqueued: Int64
}
