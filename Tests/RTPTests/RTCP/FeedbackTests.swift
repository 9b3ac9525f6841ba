import RTP
import Testing

/// Generic NACK, PLI, FIR and REMB.
@Suite struct FeedbackTests {
    private func lost(_ bytes: [UInt8]) throws -> [UInt16] {
        try withPacket(bytes) { packet in
            guard case .genericNACK(let nack) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(nack.sender == SSRC(1) && nack.media == SSRC(0xDECA_FBAD))
            return nack.map(\.rawValue)
        }
    }

    private func nack(_ lost: [UInt16], size: Int = 1_200) -> (bytes: [UInt8], written: Int) {
        var written = 0
        let bytes = rtcp(size) {
            written = $0.genericNACK(sender: SSRC(1), media: SSRC(0xDECA_FBAD), lost: lost.map { SequenceNumber($0) })
        }
        return (bytes, written)
    }

    @Test func readsLostNumbers() throws {
        #expect(try lost(Fixture.bytes("rtcp/generic-nack")) == [3, 4, 19, 20, 65_534, 65_535])
        #expect(try lost(Fixture.bytes("rtcp/generic-nack-wrap")) == [65_534, 65_535, 0, 3, 100, 117, 133])
        #expect(try lost(hex("81 cd 00 03 00 00 00 01 de ca fb ad 00 0a ff ff")) == (10...26).map { $0 })
        #expect(try lost(hex("81 cd 00 02 00 00 00 01 de ca fb ad")) == [])
    }

    @Test func writesLostNumbersAsTightAsAnother() throws {
        #expect(nack([3, 4, 19, 20, 65_534, 65_535]).bytes == (try Fixture.bytes("rtcp/generic-nack")))
        #expect(nack([65_534, 65_535, 0, 3, 100, 117, 133]).bytes == (try Fixture.bytes("rtcp/generic-nack-wrap")))
    }

    @Test(arguments: [0, 1, 32_767, 32_768, 65_535] as [UInt16]) func comesBackAcrossEverySeam(first: UInt16) throws {
        let numbers = [0, 1, 16, 17, 33, 34, 51, 100].map { (SequenceNumber(first) &+ $0).rawValue }
        #expect(try lost(nack(numbers).bytes) == numbers)
    }

    /// The bound is the room: as many as fit are written and the caller is told how many.
    @Test func asManyAsFit() throws {
        let apart = (0..<100).map { UInt16($0 * 20) }
        for size in 0..<60 {
            let (bytes, written) = nack(apart, size: size)
            #expect(written == max(0, (size - 12) / 4))
            #expect(bytes.isEmpty == (written == 0))
            if written > 0 { #expect(try lost(bytes) == Array(apart.prefix(written))) }
        }
        #expect(nack([]).written == 0)
    }

    @Test func pictureLossIndication() throws {
        let bytes = try Fixture.bytes("rtcp/picture-loss-indication")
        try withPacket(bytes) { packet in
            guard case .pictureLossIndication(let pli) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(pli == PictureLossIndication(sender: SSRC(1), media: SSRC(0xDECA_FBAD)))
        }
        #expect(rtcp { $0.pictureLossIndication(sender: SSRC(1), media: SSRC(0xDECA_FBAD)) } == bytes)
    }

    @Test func fullIntraRequest() throws {
        let bytes = try Fixture.bytes("rtcp/full-intra-request")
        let entries = [
            FullIntraRequest.Entry(ssrc: SSRC(0xDECA_FBAD), sequenceNumber: 5), FullIntraRequest.Entry(ssrc: SSRC(7), sequenceNumber: 255),
        ]
        try withPacket(bytes) { packet in
            guard case .fullIntraRequest(let request) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(request.sender == SSRC(1) && Array(request) == entries)
        }
        #expect(rtcp { $0.fullIntraRequest(sender: SSRC(1), entries: entries) } == bytes)
    }

    private func remb(_ bytes: [UInt8]) throws -> (bitrate: DataRate, sources: [SSRC]) {
        try withPacket(bytes) { packet in
            guard case .receiverEstimatedMaximumBitrate(let remb) = packet else { throw ParseError(.unexpectedType, at: 0) }
            return (remb.bitrate, Array(remb.sources))
        }
    }

    @Test func readsAndWritesREMB() throws {
        let bytes = try Fixture.bytes("rtcp/remb")
        let read = try remb(bytes)
        #expect(read.bitrate == .kilobits(4_160) && read.sources == [SSRC(0xDECA_FBAD), SSRC(8)])
        #expect(rtcp { $0.receiverEstimatedMaximumBitrate(sender: SSRC(1), bitrate: read.bitrate, sources: read.sources) } == bytes)
    }

    /// Eighteen bits of mantissa: exact below 2^18, then rounded down by less than one part in 2^17.
    @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 999_999, 1_000_000_007, Int.max]) func ratesComeBackRoundedDown(rate: Int) throws {
        let read = try remb(
            rtcp { $0.receiverEstimatedMaximumBitrate(sender: SSRC(1), bitrate: DataRate(bitsPerSecond: rate), sources: [SSRC(2)]) })
        #expect(read.bitrate.bitsPerSecond <= rate)
        #expect(rate - read.bitrate.bitsPerSecond <= rate >> 17)
    }

    @Test func aRateBeyondSixtyThreeBitsThrows() throws {
        var bytes = try Fixture.bytes("rtcp/remb")
        bytes.replaceSubrange(17..<20, with: hex("fc 00 01"))
        #expect(throws: ParseError(.badValue, at: 0)) { try remb(bytes) }
        bytes.replaceSubrange(17..<20, with: hex("b7 ff ff"))
        #expect(try remb(bytes).bitrate.bitsPerSecond == 0x3FFFF << 45)
        bytes.replaceSubrange(17..<20, with: hex("bb ff ff"))
        #expect(throws: ParseError(.badValue, at: 0)) { try remb(bytes) }
        bytes.replaceSubrange(17..<20, with: hex("fc 00 00"))
        #expect(try remb(bytes).bitrate == .zero)
    }

    @Test func aSourceCountThatTheBodyDoesNotHoldThrows() throws {
        var bytes = try Fixture.bytes("rtcp/remb")
        bytes[16] = 3
        #expect(throws: ParseError(.tooShort, at: 0)) { try remb(bytes) }
        let many = (0..<300).map { SSRC($0) }
        #expect(
            try remb(rtcp { $0.receiverEstimatedMaximumBitrate(sender: SSRC(1), bitrate: .kilobits(1), sources: many) }).sources.count
                == 255)
    }
}
