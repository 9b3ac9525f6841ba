import RTP
import SFU
import Simulation
import Testing

/// Negative controls of what is judged in every room: each breaks one thing by hand and sees the complaint.
@Suite struct EgressGuardTests {
    private static let keys = SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: 5)

    private static let slot = SlotSection(
        mid: "3", purpose: .audio, index: 0, ssrc: SSRC(9), codecs: Negotiated.audioCodecs, extensions: Negotiated.slotExtensions,
        feedback: [])

    private static func packet(_ number: UInt16, timestamp: UInt32) -> WirePacket {
        var packet = WirePacket()
        packet.payloadType = Negotiated.opus
        packet.sequenceNumber = number
        packet.timestamp = timestamp
        packet.ssrc = 9
        packet.extensions = [.init(id: Negotiated.slotExtensions.absSendTime, bytes: [0, 0, 1])]
        packet.payload = SyntheticAudio(id: 1, number: UInt32(number), isSilent: false).serialized()[...]
        return packet
    }

    /// Seals packets as the server does and shows them to a guard.
    private static func complaints(_ packets: [WirePacket], spoil: ([UInt8]) -> [UInt8] = { $0 }) throws -> [String] {
        let server = try #require(ClientSRTP(keys.mirrored))
        let watch = try #require(EgressGuard(keys: keys, slots: [slot]))
        for packet in packets {
            let sealed = try #require(server.protect(packet.serialized(), isRTCP: false))
            watch.observe(spoil(sealed), at: .zero)
        }
        return watch.violations.map(\.what)
    }

    @Test func aGoodStreamHasNoComplaints() throws {
        let packets = [(5, 960), (6, 1920), (7, 4800)].map { Self.packet(UInt16($0.0), timestamp: UInt32($0.1)) }
        #expect(try Self.complaints(packets) == [])
    }

    /// libsrtp refuses to seal a number twice; a sealed packet that is sent twice is refused as a replay.
    @Test func aNumberSentTwiceIsSeen() throws {
        let server = try #require(ClientSRTP(Self.keys.mirrored))
        let watch = try #require(EgressGuard(keys: Self.keys, slots: [Self.slot]))
        let clear = Self.packet(5, timestamp: 960).serialized()
        let sealed = try #require(server.protect(clear, isRTCP: false))
        #expect(server.protect(clear, isRTCP: false) == nil)
        watch.observe(sealed, at: .zero)
        watch.observe(sealed, at: .zero)
        #expect(watch.violations.map(\.what) == ["RTP that does not decrypt, number 5"])
    }

    @Test func aHoleInTheNumbersIsCounted() throws {
        let server = try #require(ClientSRTP(Self.keys.mirrored))
        let watch = try #require(EgressGuard(keys: Self.keys, slots: [Self.slot]))
        for number in [5, 8, 7] as [UInt16] {
            watch.observe(
                try #require(server.protect(Self.packet(number, timestamp: UInt32(number) * 960).serialized(), isRTCP: false)), at: .zero)
        }
        #expect(watch.holes == 1)
        #expect(watch.violationCount == 0)
    }

    @Test func halfAFrameOfTimeIsSeen() throws {
        #expect(try Self.complaints([Self.packet(5, timestamp: 960), Self.packet(6, timestamp: 1440)]) == ["timestamp step 480"])
    }

    @Test func aStartInTheUpperHalfIsSeen() throws {
        #expect(try Self.complaints([Self.packet(40_000, timestamp: 960)]) == ["starts at 40000, not below 2^15"])
    }

    @Test func aPacketOfNoSlotIsSeen() throws {
        var stray = Self.packet(5, timestamp: 960)
        stray.ssrc = 10
        #expect(try Self.complaints([stray]) == ["an SSRC of no slot"])
    }

    @Test func harmedAndPlainPacketsAreSeen() throws {
        let harmed = try Self.complaints([Self.packet(5, timestamp: 960)]) { bytes in
            var copy = bytes
            copy[copy.count - 1] ^= 1
            return copy
        }
        #expect(harmed == ["RTP that does not decrypt, number 5"])
        let plain = Self.packet(5, timestamp: 960).serialized()
        let seen = try Self.complaints([Self.packet(5, timestamp: 960)]) { _ in plain }
        #expect(seen == ["RTP that does not decrypt, number 5"])
    }

    @Test func anotherSectionsMIDIsSeen() throws {
        var lost = Self.packet(5, timestamp: 960)
        lost.extensions.append(.init(id: Negotiated.slotExtensions.mid, bytes: [0x37]))
        #expect(try Self.complaints([lost]) == ["MID of another section"])
    }
}

@Suite struct HearingTests {
    @Test func whoIsMissingAndWhoIsTooManyIsTold() {
        var log = HearingLog(candidates: [1, 2, 3])
        func second(_ speakers: [UInt8], from start: Int) {
            for tick in 0..<50 {
                log.add(speakers.map { .played([], speaker: $0) }, at: Instant(nanoseconds: Int64(start + tick + 1) * 20_000_000))
            }
        }
        second([1, 2], from: 0)
        second([1], from: 50)
        second([1, 2, 3], from: 100)
        func figures(_ from: Int, _ forbidden: UInt64 = 0) -> HearingFigures {
            HearingFigures(
                log, from: .zero + .seconds(from), to: .zero + .seconds(from + 1), expected: HearingFigures.mask([1, 2]),
                forbidden: forbidden)
        }
        #expect(figures(0).right == 5)
        #expect(figures(0).windows == 5)
        #expect(figures(1).missing == 5)
        #expect(figures(1).right == 0)
        let third = figures(2, HearingFigures.mask([3]))
        #expect(third.extra == 5)
        #expect(third.forbidden == 5)
    }
}

extension SRTPKeyingMaterial {
    /// The same keys seen from the other side.
    fileprivate var mirrored: SRTPKeyingMaterial {
        SRTPKeyingMaterial(profile: profile, clientKey: serverKey, clientSalt: serverSalt, serverKey: clientKey, serverSalt: clientSalt)
    }
}
