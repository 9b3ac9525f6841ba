import RTP

/// One incoming section: the track that a participant publishes there, with its encodings. It knows what arrived; who listens is the
/// room's business, which keeps `listeners`.
final class RTPReceiver {
    private(set) var section: ReceiveSection
    let mid: StreamIdentifier?
    let source: TrackSource
    let kind: MediaKind
    let trackID: TrackID
    /// The publisher, which owns this section, without counting a reference.
    let owner: Unmanaged<Publisher>
    var publisher: Publisher { owner.takeUnretainedValue() }
    private(set) var encodings: [Encoding]
    var keyframes = KeyframeRequester()

    /// The slots that carry this track.
    var listeners: [RTPSender] = []
    /// The workers to whom encodings of this track cross.
    var branches: [RelayBranch] = []
    /// Rights, the client's own word and the newest peer of this source allow forwarding. Asked at every packet.
    var mayForward = false
    /// The room was told that the track is there.
    var isStarted = false
    /// Where the room's speakers last had this participant.
    var speakerRow = 0

    /// By payload type: codec index, with `redBit` where it is RED; `repair`; or `unknown`.
    private var payloadTypes = InlineArray<128, UInt8>(repeating: RTPReceiver.unknown)
    private static let unknown: UInt8 = 0xFF
    private static let repair: UInt8 = 0xFE
    private static let redBit: UInt8 = 0x40

    /// Bytes of an instance, all of which a packet's arrival may need.
    static let hotBytes = 320

    /// What a payload type means here.
    enum Payload: Equatable {
        case media(codecIndex: Int, isRED: Bool)
        case repair
        case unknown
    }

    init(section: ReceiveSection, publisher: Publisher) {
        self.section = section
        mid = StreamIdentifier(section.mid)
        source = section.source
        kind = section.source.kind
        trackID = TrackID(participant: publisher.participant, source: section.source)
        owner = .passUnretained(publisher)
        encodings = []
        let rids: [String?] = section.rids.isEmpty ? [nil] : section.rids
        // Three bits of the keyframe requester's mask and every browser's limit are above four.
        encodings = rids.prefix(8).enumerated().map { Encoding(receiver: self, index: $0.offset, rid: $0.element) }
        indexPayloadTypes()
    }

    /// A later offer was answered. Encodings stay; what may change are payload types and extensions.
    func update(_ section: ReceiveSection) {
        self.section = section
        indexPayloadTypes()
    }

    var isSimulcast: Bool { encodings.count > 1 }

    func payload(of type: PayloadType) -> Payload {
        let value = payloadTypes[Int(type.rawValue & 0x7F)]
        if value == Self.unknown { return .unknown }
        if value == Self.repair { return .repair }
        return .media(codecIndex: Int(value & ~Self.redBit), isRED: value & Self.redBit != 0)
    }

    func codec(at index: UInt8) -> Codec { section.codecs[min(Int(index), section.codecs.count - 1)].codec }

    /// Ticks per second of the section's timestamps; all codecs of a kind agree.
    var clockRate: Int { kind == .audio ? 48_000 : 90_000 }

    /// The media payload type that an RTX payload type repairs (RFC 4588 §8.1).
    func payloadType(repairedBy type: PayloadType) -> PayloadType? {
        for codec in section.codecs where codec.rtxPayloadType == type { return codec.payloadType }
        return nil
    }

    /// Somebody watches this encoding, here or on another worker.
    func isWatched(_ encoding: Encoding) -> Bool {
        for sender in listeners where sender.isWatching(encoding) { return true }
        for index in branches.indices where branches[index].isWatched(encoding) { return true }
        return false
    }

    /// The stream of `encoding` goes on with numbers and timestamps of their own. Slots that carry it begin anew too: the former shift would throw
    /// their numbers and clocks anywhere.
    func restart(_ encoding: Encoding, at now: Instant) {
        for sender in listeners where sender.encoding === encoding {
            sender.carry(nil, at: now, isOver: true)
            sender.carry(self, at: now)
            sender.peer.adaptSoon(at: now)
        }
        encoding.beginAnew(in: publisher.core.stores)
        for index in branches.indices { branches[index].generations[encoding.index] &+= 1 }
    }

    func encoding(rid: StreamIdentifier) -> Encoding? {
        for encoding in encodings where encoding.rid == rid { return encoding }
        return nil
    }

    private func indexPayloadTypes() {
        payloadTypes = InlineArray(repeating: Self.unknown)
        for (index, codec) in section.codecs.enumerated().prefix(32) {
            payloadTypes[Int(codec.payloadType.rawValue & 0x7F)] = UInt8(index)
            if let rtx = codec.rtxPayloadType { payloadTypes[Int(rtx.rawValue & 0x7F)] = Self.repair }
            if let red = codec.redPayloadType { payloadTypes[Int(red.rawValue & 0x7F)] = UInt8(index) | Self.redBit }
        }
    }
}
