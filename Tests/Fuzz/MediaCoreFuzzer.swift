// sources: Sources/RTP Sources/SFU
// clang: Sources/CNice Sources/CSRTP Sources/COpenSSL Sources/CLinux Sources/CPrefetch Sources/CSRTPOpenSSL
// packages: nice openssl
// defines: Simulation
import CNice
import RTP

@testable import SFU

/// A room of two people who have passed ICE and hold their SRTP keys, and may therefore say anything: RTP and RTCP as they please, encrypted as it
/// must be, between commands of signalling and the passing of time. Nothing traps, and all that goes out decrypts at whom it went to, each
/// number once.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    var room = FuzzedRoom()
    while !source.isEmpty { room.step(&source) }
    room.settle()
    return 0
}

private struct FuzzedRoom: ~Copyable {
    private let core = MediaCore(configuration: .simulated(seed: 7), at: .zero)
    private var outbox = Outbox(capacity: 64)
    private var people: [Person]
    private var now: Int64 = 1_000_000_000
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_500, alignment: 16)

    init() {
        people = (0..<2).map { Person(number: $0) }
        for person in people {
            core.handle(.openPeer(person.parameters), at: time, into: &outbox)
            buffer.copyBytes(from: checks[person.number])
            receive(checks[person.number].count, from: person)
        }
        outbox.removeAll()
    }

    deinit { buffer.deallocate() }

    private var time: Instant { Instant(nanoseconds: now) }

    mutating func step(_ source: inout NumberSource) {
        let operation = source.byte()
        let person = people[Int(operation >> 7)]
        switch operation & 15 {
        case 0...5: media(&source, from: person)
        case 6: raw(&source, from: person, isRTCP: false)
        case 7: raw(&source, from: person, isRTCP: true)
        case 8, 9: reports(&source, from: person)
        case 10, 11: pass(Int64(source.byte()) * Int64(operation >> 4 & 7) * 500_000)
        case 12: commands(&source, to: person)
        default: pass(Int64(operation >> 4 & 7) * 1_000_000)
        }
    }

    /// Everything that is due in the next seconds is done; then all leave, and nothing of them stays.
    mutating func settle() {
        for _ in 0..<6 { pass(500_000_000) }
        core.handle(.drain, at: time, into: &outbox)
        check()
        precondition(core.stores.count == 0, "who leaves takes his packets along")
        precondition(core.counters[.srtpStartTooHigh] == 0, "streams begin below half")
        precondition(core.counters[.srtpProtectFailed] == 0, "no number is given out twice")
    }

    private mutating func pass(_ nanoseconds: Int64) {
        let end = now + nanoseconds
        var steps = 0
        repeat {
            core.advance(to: time, into: &outbox)
            check()
            guard let next = core.nextDeadline, next.nanoseconds < end else { break }
            now = max(now, next.nanoseconds)
            steps += 1
            precondition(steps < 20_000, "time passes")
        } while true
        now = max(now, end)
        core.advance(to: time, into: &outbox)
        check()
    }

    private mutating func check() {
        outbox.forEachDatagram { to, _, datagram in
            guard let person = people.first(where: { $0.address == to }) else { preconditionFailure("to nobody") }
            person.received(datagram)
        }
        outbox.removeAll()
    }

    private mutating func receive(_ length: Int, from person: Person) {
        let datagram = UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
        // What was foreseen may come, stay away, or come from somebody else.
        for person in people { core.foresee(UnsafeRawBufferPointer(datagram), from: person.address) }
        core.receive(datagram, from: person.address, to: here, at: time, into: &outbox)
    }

    // MARK: Media

    /// A packet that is nearly right: of one of the sections, with numbers that mostly go on.
    private mutating func media(_ source: inout NumberSource, from person: Person) {
        let shape = source.byte()
        let stream = Int(shape & 7)
        let jump = source.byte()
        person.sequences[stream] &+= jump < 192 ? 1 : UInt16(truncatingIfNeeded: Int(jump) - 224) &* (jump & 1 == 0 ? 1 : 37)
        if shape & 8 != 0 { person.timestamps[stream] &+= stream == 0 ? 960 : 3_000 }
        let layout = streams[stream]
        let header = RTPHeaderWriter(
            marker: shape & 16 != 0, payloadType: PayloadType(layout.type), sequenceNumber: SequenceNumber(person.sequences[stream]),
            timestamp: RTPTimestamp(person.timestamps[stream]), ssrc: SSRC(UInt32(person.number * 100 + stream + 1000)))
        let number = person.takeTransportSequence()
        let offset = header.write(into: buffer) { writer in
            if let mid = StreamIdentifier(layout.mid) { writer.append(mid, id: 1) }
            if let rid = layout.rid.flatMap({ StreamIdentifier($0) }) { writer.append(rid, id: layout.isRepair ? 3 : 2) }
            writer.append(TransportSequenceNumber(SequenceNumber(number)), id: 4)
            if stream == 0 { writer.append(AudioLevel(voiceActivity: true, level: jump & 0x7F), id: 5) }
        }
        guard var length = offset else { return }
        if layout.isRepair {
            buffer.setUInt16(person.sequences[stream - 3] &- UInt16(shape >> 5), at: length)
            length += 2
        }
        if shape & 32 != 0, layout.isVideo { length += writeKeyframe(at: length, vp8: layout.type != 98) }
        // The rest is as it comes.
        for _ in 0..<Int(shape >> 6) * 5 where !source.isEmpty {
            buffer[length] = source.byte()
            length += 1
        }
        // Some are as long as real ones.
        if jump & 7 == 7 {
            for i in length..<1_150 { buffer[i] = 0x55 }
            length = 1_150
        }
        send(length, from: person, isRTCP: false)
    }

    private func writeKeyframe(at offset: Int, vp8: Bool) -> Int {
        let bytes: [UInt8] =
            vp8
            ? [0x90, 0xE0, 0x81, 0x02, 0x03, 0x20, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01]
            : [0x0A, 0x18, 0x02, 0x80, 0x01, 0x68, 0, 0]
        for (i, byte) in bytes.enumerated() { buffer[offset + i] = byte }
        return bytes.count
    }

    private mutating func raw(_ source: inout NumberSource, from person: Person, isRTCP: Bool) {
        var length = 0
        for _ in 0..<Int(source.byte()) where !source.isEmpty {
            buffer[length] = source.byte()
            length += 1
        }
        // The first byte must pass the door.
        if length > 0 { buffer[0] = 0x80 | buffer[0] & 0x3F }
        if length > 1, isRTCP { buffer[1] = 200 + buffer[1] & 7 }
        send(length, from: person, isRTCP: isRTCP)
    }

    private mutating func send(_ length: Int, from person: Person, isRTCP: Bool) {
        // What libsrtp itself refuses to send is not our subject, and a number is sent once.
        let sealed = isRTCP ? person.srtp.protectRTCP(buffer, length: length) : person.srtp.protectRTP(buffer, length: length)
        if let sealed { receive(sealed, from: person) }
    }

    // MARK: Reports

    private mutating func reports(_ source: inout NumberSource, from person: Person) {
        var writer = RTCPWriter(buffer)
        let own = SSRC(UInt32(person.number * 100 + 1_000 + Int(source.byte() & 7)))
        let slot = SSRC(UInt32(person.number * 100 + 2_000 + Int(source.byte() & 7)))
        let last = person.lastSequence(of: slot)
        switch source.byte() & 7 {
        case 0, 1:
            let from = last &- UInt16(source.byte() & 63)
            _ = writer.genericNACK(sender: own, media: slot, lost: (0..<UInt16(source.byte() & 31)).map { SequenceNumber(from &+ $0) })
        case 2: _ = writer.pictureLossIndication(sender: own, media: slot)
        case 3:
            let rate = DataRate(bitsPerSecond: Int(source.uint32()) << Int(source.byte() & 7))
            _ = writer.receiverEstimatedMaximumBitrate(sender: own, bitrate: rate, sources: [slot])
        case 4:
            let info = SenderInfo(
                ntp: NTPTime(UInt64(bitPattern: source.int64())), rtpTimestamp: RTPTimestamp(source.uint32()), packetCount: 1, octetCount: 1
            )
            _ = writer.senderReport(ssrc: own, info: info)
        default:
            var block = ReportBlock(ssrc: slot, fractionLost: source.byte(), cumulativeLost: Int32(source.uint16()))
            block.highestSequenceNumber = UInt32(last) &+ UInt32(source.byte()) << 12
            block.lastSenderReport = source.byte() & 1 == 0 ? person.lastReport : source.uint32()
            block.delaySinceLastSenderReport = UInt32(source.uint16())
            _ = writer.receiverReport(ssrc: own, reports: [block])
        }
        send(writer.count, from: person, isRTCP: true)
    }

    private mutating func commands(_ source: inout NumberSource, to person: Person) {
        let id = person.parameters.id
        let choice = source.byte()
        let flag = choice & 0x80 != 0
        let command: Command =
            switch choice & 7 {
            case 0: .setRights(id, PeerRights(speak: flag, stream: choice & 0x40 != 0, listen: choice & 0x20 != 0))
            case 1:
                .subscribe(
                    id,
                    [
                        Subscription(
                            track: TrackID(participant: ParticipantID(UInt64(2 - person.number)), source: .camera),
                            ceiling: flag
                                ? VideoCeiling(height: Int(source.byte()) * 4, framerate: 15, bitrate: Int(source.uint16()) * 50) : nil,
                            priority: source.byte(), paused: choice & 0x40 != 0)
                    ])
            case 2: .setAuto(id, flag)
            case 3: .setInactive(id, flag ? [.camera] : [])
            case 4: .updateSections(id, flag ? person.parameters.sections : Sections(receive: person.parameters.sections.receive))
            case 5: .requestStatistics(id, ticket: 1)
            default: .setRights(id, PeerRights(watchCeiling: VideoCeiling(height: Int(source.byte()) * 4, framerate: 30, bitrate: .max)))
            }
        core.handle(command, at: time, into: &outbox)
        check()
    }
}

/// What a stream of a person is: microphone, three layers and their repairs, a screen. A repair is three after what it repairs.
private struct StreamLayout {
    var mid: String
    var rid: String?
    var type: UInt8
    var isRepair = false
    var isVideo: Bool { mid != "0" }
}

private let streams = [
    StreamLayout(mid: "0", rid: nil, type: 111), StreamLayout(mid: "1", rid: "q", type: 96), StreamLayout(mid: "1", rid: "h", type: 96),
    StreamLayout(mid: "1", rid: "f", type: 96), StreamLayout(mid: "1", rid: "q", type: 97, isRepair: true),
    StreamLayout(mid: "1", rid: "h", type: 97, isRepair: true), StreamLayout(mid: "1", rid: "f", type: 97, isRepair: true),
    StreamLayout(mid: "2", rid: nil, type: 98),
]

private let here: LocalAddress = LocalAddress("2001:db8::2") ?? .any
private let checks = (0..<2).map { connectivityCheck(ufrag: "local\($0)") }
private let password = "a password of our own"

/// One client: what it negotiated, its end of SRTP, and the numbers it is at.
private final class Person {
    let number: Int
    let address: SocketAddress
    let parameters: PeerParameters
    let srtp: SRTPSession
    var sequences = [UInt16](repeating: 100, count: 8)
    var timestamps = [UInt32](repeating: 0, count: 8)
    private(set) var lastReport: UInt32 = 0
    private var last: [UInt32: UInt16] = [:]
    private var transportSequence: UInt16 = 0
    private let counters = Counters()

    init(number: Int) {
        self.number = number
        guard let address = SocketAddress("2001:db8::1", port: UInt16(4_000 + number)) else { preconditionFailure("an address") }
        self.address = address
        let credentials = ICECredentials(ufrag: "local\(number)", password: password)
        parameters = PeerParameters(
            id: PeerID(UInt64(number + 1)), room: RoomID(1), participant: ParticipantID(UInt64(number + 1)), localICE: credentials,
            remoteICE: credentials, remoteFingerprint: Fingerprint(algorithm: .sha256, bytes: [UInt8](repeating: 0, count: 32)),
            sections: Self.sections(number), rights: PeerRights())
        guard
            let srtp = try? SRTPSession(
                SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: 7 + UInt64(number + 1)), role: .client, counters: counters)
        else { preconditionFailure("keys make a session") }
        self.srtp = srtp
    }

    private static func sections(_ number: Int) -> Sections {
        var ids = HeaderExtensionIDs()
        (ids.mid, ids.rid, ids.repairedRID, ids.transportSequenceNumber, ids.audioLevel) = (1, 2, 3, 4, 5)
        ids.absSendTime = 6
        var slotIDs = ids
        (slotIDs.transportSequenceNumber, slotIDs.rid, slotIDs.repairedRID) = (0, 0, 0)
        let opus = CodecParameters(codec: .opus, payloadType: PayloadType(111))
        let vp8 = CodecParameters(codec: .vp8, payloadType: PayloadType(96), rtxPayloadType: PayloadType(97))
        let vp9 = CodecParameters(codec: .vp9, payloadType: PayloadType(98), rtxPayloadType: PayloadType(99))
        let feedback: FeedbackParameters = [.nack, .pli, .fir, .remb, .transportCC]
        let base = UInt32(number * 100 + 2_000)
        func slot(_ purpose: SlotPurpose, _ mid: Int) -> SlotSection {
            let isAudio = purpose.kind == .audio
            return SlotSection(
                mid: String(mid), purpose: purpose, index: 0, ssrc: SSRC(base + UInt32(mid - 3) * 2),
                rtx: isAudio ? nil : SSRC(base + UInt32(mid - 3) * 2 + 1), codecs: isAudio ? [opus] : [vp8, vp9], extensions: slotIDs,
                feedback: isAudio ? [] : feedback)
        }
        return Sections(
            receive: [
                ReceiveSection(mid: "0", source: .microphone, codecs: [opus], extensions: ids, feedback: []),
                ReceiveSection(mid: "1", source: .camera, codecs: [vp8], extensions: ids, feedback: feedback, rids: ["q", "h", "f"]),
                ReceiveSection(mid: "2", source: .screen, codecs: [vp9], extensions: ids, feedback: feedback),
            ], slots: [slot(.audio, 3), slot(.video, 4), slot(.screen, 5)])
    }

    func takeTransportSequence() -> UInt16 {
        transportSequence &+= 1
        return transportSequence
    }

    func lastSequence(of ssrc: SSRC) -> UInt16 { last[ssrc.rawValue] ?? 0 }

    /// A datagram of the server's: authentic, and under a number not used before (libsrtp's replay window says so).
    func received(_ datagram: UnsafeMutableRawBufferPointer) {
        switch PacketClass.classify(UnsafeRawBufferPointer(datagram)) {
        case .rtp:
            guard let length = srtp.unprotectRTP(datagram) else { preconditionFailure("RTP that decrypts, each number once") }
            guard let header = try? RTPHeader(parsing: UnsafeRawBufferPointer(rebasing: datagram[..<length])) else {
                preconditionFailure("RTP that can be read")
            }
            last[header.ssrc.rawValue] = header.sequenceNumber.rawValue
        case .rtcp:
            guard let length = srtp.unprotectRTCP(datagram) else { preconditionFailure("RTCP that decrypts") }
            var reader = RTCPReader(UnsafeRawBufferPointer(rebasing: datagram[..<length]))
            while reader.offset < length {
                guard let packet = try? reader.next() else { preconditionFailure("RTCP that can be read") }
                if case .senderReport(let report) = packet { lastReport = report.info.ntp.middle32 }
            }
        case .stun: break
        default: preconditionFailure("nothing else goes out")
        }
    }
}

/// A binding request with USERNAME, PRIORITY, a role and MESSAGE-INTEGRITY. libnice keeps pointers between the steps, so all stays in place.
private func connectivityCheck(ufrag: String) -> [UInt8] {
    let agent = UnsafeMutablePointer<StunAgent>.allocate(capacity: 1)
    let known = UnsafeMutablePointer<UInt16>.allocate(capacity: 1)
    let message = UnsafeMutablePointer<StunMessage>.allocate(capacity: 1)
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 500)
    agent.initialize(to: StunAgent())
    known.initialize(to: 0)
    message.initialize(to: StunMessage())
    let flags = STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS.rawValue | STUN_AGENT_USAGE_USE_FINGERPRINT.rawValue
    stun_agent_init(agent, known, STUN_COMPATIBILITY_RFC5389, StunAgentUsageFlags(rawValue: flags))
    stun_agent_init_request(agent, message, buffer, 500, STUN_BINDING)
    let name = Array("\(ufrag):remote".utf8)
    stun_message_append_bytes(message, STUN_ATTRIBUTE_USERNAME, name, name.count)
    stun_message_append32(message, STUN_ATTRIBUTE_PRIORITY, 1)
    stun_message_append64(message, STUN_ATTRIBUTE_ICE_CONTROLLING, 1)
    stun_message_append_flag(message, STUN_ATTRIBUTE_USE_CANDIDATE)
    var secret = Array(password.utf8)
    let count = stun_agent_finish_message(agent, message, &secret, secret.count)
    precondition(count > 0, "libnice writes requests")
    return Array(UnsafeBufferPointer(start: buffer, count: count))
}
