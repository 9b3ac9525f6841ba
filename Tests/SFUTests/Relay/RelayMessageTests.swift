import RTP
import Testing

@testable import SFU

@Suite struct RelayMessageTests {
    private static let track = RelayedTrackID(peer: PeerID(0x0102_0304_0506_0708), source: .screen)
    private static let packetBytes: [UInt8] = [0xA0, 0xE0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 3, 1, 2, 3]

    private static func description(rids: [String]) -> RelayedTrack {
        var extensions = HeaderExtensionIDs()
        (extensions.mid, extensions.rid, extensions.dependencyDescriptor) = (1, 2, 10)
        let codecs = [
            CodecParameters(codec: .vp8, payloadType: PayloadType(96), rtxPayloadType: PayloadType(97)),
            CodecParameters(
                codec: .h264, payloadType: PayloadType(102), formatParameters: "level-asymmetry-allowed=1;packetization-mode=1"),
        ]
        return RelayedTrack(
            id: track, room: RoomID(7), participant: ParticipantID(.max),
            section: ReceiveSection(mid: "", source: .screen, codecs: codecs, extensions: extensions, feedback: [.nack, .pli], rids: rids),
            publishCeiling: VideoCeiling(height: 720, framerate: 30, bitrate: .max),
            encodings: (0..<max(1, rids.count)).map {
                RelayedEncoding(
                    ssrc: $0 == 1 ? nil : SSRC(UInt32($0)), isAvailable: $0 != 2, codecIndex: 1, width: 1280 >> $0, height: 720 >> $0,
                    bitrate: 1_700_000)
            })
    }

    /// Every kind of message, as few and as many fields as there can be.
    private static nonisolated(unsafe) let messages: [RelayMessage] = [
        .track(description(rids: [])), .track(description(rids: ["q", "h", "f"])), .trackEnded(track),
        .senderReport(
            track,
            RelayedReport(
                encoding: 2, generation: 7, ntp: NTPTime(.max), timestamp: .max, arrival: Instant(nanoseconds: -1), clockOffset: .min)),
        .levels(RoomID(1), []),
        .levels(
            RoomID(1), (0..<RelayMessage.maximumLevels).map { SpeakerLevel(participant: ParticipantID(UInt64($0)), level: UInt8($0 & 127)) }
        ),
        .watch(track, encodings: 0b101, fromStore: 0b001), .keyframe(track, encoding: 7), .nack(track, encoding: 1, lost: []),
        .nack(track, encoding: 1, lost: (0..<UInt16(RelayMessage.maximumLost)).map { $0 &* 131 }), .hello(RoomID(.max)),
        .keyframeRefused(track, until: Instant(nanoseconds: .min)),
    ]

    private func bytes(of message: RelayMessage) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: RelayRing.maximumRecord) { buffer, count in
            count = message.write(to: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    private func parsed(_ bytes: [UInt8]) throws -> RelayMessage { try bytes.withUnsafeBytes { try RelayMessage(parsing: $0) } }

    @Test("What is written is read back, and nothing shorter is", arguments: messages.indices)
    func roundTrip(index: Int) throws {
        let written = bytes(of: Self.messages[index])
        #expect(!written.isEmpty)
        #expect(try parsed(written) == Self.messages[index])
        for length in 0..<written.count {
            #expect(throws: ParseError.self, "\(length) of \(written.count)") { try parsed(Array(written[..<length])) }
        }
    }

    @Test("A packet crosses with its bytes, but for the bit of the padding that was cut off")
    func packet() throws {
        Self.packetBytes.withUnsafeBytes { packet in
            let message = RelayMessage.packet(
                RelayedPacket(track: Self.track, encoding: 2, generation: 255, arrival: Instant(nanoseconds: 5), bytes: packet))
            let written = bytes(of: message)
            #expect(written.count == RelayedPacket.overhead + packet.count)
            written.withUnsafeBytes { written in
                guard case .packet(let read)? = try? RelayMessage(parsing: written) else {
                    Issue.record("it is not a packet")
                    return
                }
                #expect(read.track == Self.track && read.encoding == 2 && read.generation == 255)
                #expect(read.arrival == Instant(nanoseconds: 5))
                #expect(Array(read.bytes) == [0x80] + Self.packetBytes[1...])
            }
        }
    }

    @Test("What does not fit a record is not written")
    func tooLarge() {
        var track = Self.description(rids: ["q"])
        track.section.codecs = Array(
            repeating: CodecParameters(
                codec: .vp9, payloadType: PayloadType(98), formatParameters: String(repeating: "p", count: 255)), count: 32)
        #expect(bytes(of: .track(track)).isEmpty)
    }

    @Test("Changed bytes are read as something or refused; nothing traps")
    func mutated() {
        var random = SeededRandom(seed: 1)
        for message in Self.messages {
            let original = bytes(of: message)
            for _ in 0..<2_000 {
                var copy = original
                for _ in 0..<Int(random.next() % 4 + 1) {
                    copy[Int(random.next() % UInt64(copy.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                _ = try? parsed(copy)
            }
        }
    }
}
