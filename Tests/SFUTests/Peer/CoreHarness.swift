import RTP

@testable import SFU

/// A media core and the people in it, all in memory: they pass ICE with checks written by libnice, have seeded keys, and say what they like.
final class CoreHarness {
    static let opus = CodecParameters(codec: .opus, payloadType: PayloadType(111))
    static let vp8 = CodecParameters(codec: .vp8, payloadType: PayloadType(96), rtxPayloadType: PayloadType(97))
    static let videoFeedback: FeedbackParameters = [.nack, .pli, .fir, .remb]
    static let seed: UInt64 = 7

    let core: MediaCore
    private(set) var now = Instant.zero + .seconds(1)
    private var outbox = Outbox(capacity: 256)
    private(set) var clients: [CoreClient] = []
    private(set) var events: [Event] = []
    /// When the core had something to do while time was let pass.
    private(set) var turns: [Instant] = []

    init(evensFrames: Bool = false, regularGrain: Int64 = 0) {
        var configuration = MediaCoreConfiguration.simulated(seed: CoreHarness.seed)
        configuration.evensFrames = evensFrames
        configuration.regularGrain = regularGrain
        core = MediaCore(configuration: configuration, at: .zero)
    }

    static var extensions: HeaderExtensionIDs {
        var ids = HeaderExtensionIDs()
        (ids.mid, ids.rid, ids.repairedRID, ids.audioLevel) = (1, 2, 3, 5)
        return ids
    }

    /// Opens a peer; it is not reachable before its first check.
    func open(
        _ id: UInt64, participant: UInt64? = nil, at address: SocketAddress? = nil, _ sections: Sections, rights: PeerRights = PeerRights()
    ) throws -> CoreClient {
        let client = try CoreClient(id, participant: participant ?? id, address: address ?? .test(UInt32(id)), sections, rights)
        clients.append(client)
        handle(.openPeer(client.parameters))
        return client
    }

    /// A peer that has passed its first check.
    func join(
        _ id: UInt64, participant: UInt64? = nil, at address: SocketAddress? = nil, _ sections: Sections, rights: PeerRights = PeerRights()
    ) throws -> CoreClient {
        let client = try open(id, participant: participant, at: address, sections, rights: rights)
        check(client)
        return client
    }

    /// A peer that sends a microphone under this SSRC.
    func joinSpeaker(_ id: UInt64, ssrc: UInt32) throws -> CoreClient {
        let microphone = ReceiveSection(
            mid: "0", source: .microphone, codecs: [Self.opus], extensions: Self.extensions, feedback: [],
            ssrcs: [DeclaredSSRC(ssrc: SSRC(ssrc))])
        return try join(id, Sections(receive: [microphone]))
    }

    /// A peer that sends a camera under this SSRC.
    func joinCamera(_ id: UInt64, ssrc: UInt32) throws -> CoreClient {
        let camera = ReceiveSection(
            mid: "1", source: .camera, codecs: [Self.vp8], extensions: Self.extensions, feedback: Self.videoFeedback,
            ssrcs: [DeclaredSSRC(ssrc: SSRC(ssrc))])
        return try join(id, Sections(receive: [camera]))
    }

    /// A peer that is shown one camera, on a slot with this SSRC and the next one for repairs.
    func joinViewer(_ id: UInt64, ssrc: UInt32) throws -> CoreClient {
        let slot = SlotSection(
            mid: "1", purpose: .video, index: 0, ssrc: SSRC(ssrc), rtx: SSRC(ssrc + 1), codecs: [Self.vp8], extensions: Self.extensions,
            feedback: Self.videoFeedback)
        return try join(id, Sections(slots: [slot]))
    }

    /// Whether a connectivity check of this peer's is answered, from its own address or one it forges.
    @discardableResult
    func check(_ client: CoreClient, from address: SocketAddress? = nil) -> Bool {
        let before = core.counters[.stunAnswered]
        receive(client.check, from: address ?? client.address)
        return core.counters[.stunAnswered] > before
    }

    func handle(_ command: Command) {
        core.handle(command, at: now, into: &outbox)
        deliver()
    }

    func receive(_ bytes: [UInt8], from address: SocketAddress) {
        var bytes = bytes
        bytes.withUnsafeMutableBytes { core.receive($0, from: address, to: serverAddress, at: now, into: &outbox) }
        deliver()
    }

    /// Seals what a client says and has it arrive; then lets go what the pacers hold.
    func send(_ packet: RTPDraft, from client: CoreClient, source address: SocketAddress? = nil) {
        receive(client.seal(packet), from: address ?? client.address)
        advance()
    }

    /// Lets the time pass, doing what is due.
    func pass(_ duration: Duration) {
        let end = now + duration
        advance()
        while let next = core.nextDeadline, next < end {
            now = max(now, next)
            turns.append(now)
            advance()
        }
        now = end
        advance()
    }

    private func advance() {
        core.advance(to: now, into: &outbox)
        deliver()
    }

    private func deliver() {
        outbox.forEachDatagram { to, _, datagram in
            // Whose keys open it is whose it is: the address may be shared in turn.
            for client in clients.reversed() where client.address == to { if client.open(datagram) { return } }
        }
        events += outbox.events
        outbox.removeAll()
    }
}

/// An RTP packet about to be sent: a payload, and what its header says.
struct RTPDraft {
    var ssrc: UInt32
    var type: UInt8
    var sequence: UInt16
    var timestamp: UInt32 = 0
    var mid: String?
    var rid: String?
    var repairedRID: String?
    var isMarked = true
    var payload: [UInt8]
}

/// One peer of the harness, with its end of SRTP and what it was sent.
final class CoreClient {
    let parameters: PeerParameters
    let address: SocketAddress
    /// A connectivity check. The same one each time: libnice remembers two hundred unanswered ones and makes no more.
    let check: [UInt8]
    /// Payloads received, by SSRC, in order.
    private(set) var received: [UInt32: [[UInt8]]] = [:]
    /// Their sequence numbers.
    private(set) var numbers: [UInt32: [UInt16]] = [:]
    /// Bytes of their datagrams.
    private(set) var lengths: [UInt32: [Int]] = [:]
    /// Datagrams of RTCP.
    private(set) var reports = 0
    private let srtp: SRTPSession

    var id: PeerID { parameters.id }

    init(_ id: UInt64, participant: UInt64, address: SocketAddress, _ sections: Sections, _ rights: PeerRights) throws {
        self.address = address
        check = STUNClient(username: "peer\(id):remote").check(nominating: true)
        parameters = PeerParameters(
            id: PeerID(id), room: RoomID(1), participant: ParticipantID(participant),
            localICE: ICECredentials(ufrag: "peer\(id)", password: STUNClient.password),
            remoteICE: ICECredentials(ufrag: "remote", password: "theirs"), remoteFingerprint: anyFingerprint, sections: sections,
            rights: rights)
        srtp = try SRTPSession(
            SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: CoreHarness.seed &+ id), role: .client, counters: Counters())
    }

    /// The packet as it goes on the wire.
    func seal(_ draft: RTPDraft) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_500, alignment: 16)
        defer { buffer.deallocate() }
        let header = RTPHeaderWriter(
            marker: draft.isMarked, payloadType: PayloadType(draft.type), sequenceNumber: SequenceNumber(draft.sequence),
            timestamp: RTPTimestamp(draft.timestamp), ssrc: SSRC(draft.ssrc))
        let ids = CoreHarness.extensions
        let start = header.write(into: buffer) { writer in
            if let mid = draft.mid.flatMap({ StreamIdentifier($0) }) { writer.append(mid, id: ids.mid) }
            if let rid = draft.rid.flatMap({ StreamIdentifier($0) }) { writer.append(rid, id: ids.rid) }
            if let rid = draft.repairedRID.flatMap({ StreamIdentifier($0) }) { writer.append(rid, id: ids.repairedRID) }
        }
        guard let start else { return [] }
        UnsafeMutableRawBufferPointer(rebasing: buffer[start...]).copyBytes(from: draft.payload)
        guard let length = srtp.protectRTP(buffer, length: start + draft.payload.count) else { return [] }
        return Array(buffer[..<length])
    }

    /// Whether it was for this client; media is noted.
    func open(_ datagram: UnsafeMutableRawBufferPointer) -> Bool {
        switch PacketClass.classify(UnsafeRawBufferPointer(datagram)) {
        case .rtp:
            guard let length = srtp.unprotectRTP(datagram) else { return false }
            let packet = UnsafeRawBufferPointer(rebasing: datagram[..<length])
            guard let header = try? RTPHeader(parsing: packet) else { return false }
            received[header.ssrc.rawValue, default: []].append(Array(packet[header.payloadRange]))
            numbers[header.ssrc.rawValue, default: []].append(header.sequenceNumber.rawValue)
            lengths[header.ssrc.rawValue, default: []].append(datagram.count)
            return true
        case .rtcp:
            guard srtp.unprotectRTCP(datagram) != nil else { return false }
            reports += 1
            return true
        default: return true
        }
    }
}
