import RTP
import Testing

@Suite struct RTPHeaderTests {
    @Test func readsEveryField() throws {
        let packet = try Fixture.bytes("rtp/one-byte-extensions")
        let header = try packet.withUnsafeBytes { try RTPHeader(parsing: $0) }
        #expect(header.marker)
        #expect(header.payloadType == PayloadType(96))
        #expect(header.sequenceNumber == SequenceNumber(65_535))
        #expect(header.timestamp == RTPTimestamp(0x89AB_CDEF))
        #expect(header.ssrc == SSRC(0xDECA_FBAD))
        #expect(header.csrcCount == 0)
        #expect(header.extensionProfile == 0xBEDE)
        #expect(header.extensionRange == 16..<32)
        #expect(header.headerLength == 32)
        #expect(Array(packet[header.payloadRange]) == hex("90 e0 81 23 45 60 00 01"))
    }

    @Test func readsContributingSourcesAndPadding() throws {
        let packet = try Fixture.bytes("rtp/csrc-and-padding")
        let header = try packet.withUnsafeBytes { try RTPHeader(parsing: $0) }
        #expect(header.csrcCount == 2)
        #expect(header.headerLength == 20)
        #expect(header.paddingLength == 5)
        #expect(Array(packet[header.payloadRange]) == hex("f8 ff fe"))
        #expect(header.payloadLength == 3)
    }

    @Test func aProbeIsAllPadding() throws {
        let packet = try Fixture.bytes("rtp/padding-only")
        let header = try packet.withUnsafeBytes { try RTPHeader(parsing: $0) }
        #expect(header.payloadLength == 0 && header.paddingLength == 16 && header.payloadRange == 12..<12)
    }

    @Test(arguments: ["rtp/captured-opus", "rtp/captured-vp8", "rtp/captured-vp9"]) func readsCapturedPackets(name: String) throws {
        let packet = try Fixture.bytes(name)
        let header = try packet.withUnsafeBytes { try RTPHeader(parsing: $0) }
        #expect(header.headerLength == 12 && header.payloadLength == packet.count - 12)
    }

    /// Cut at every length: an error while the header is cut, a shorter payload afterwards.
    @Test func everyTruncationOfTheHeaderThrows() throws {
        for name in try Fixture.names(in: "rtp") where !name.hasSuffix("ffff") && !name.contains("padding") {
            let packet = try Fixture.bytes(name)
            let whole = try packet.withUnsafeBytes { try RTPHeader(parsing: $0) }
            for cut in packet.truncations {
                let header = cut.withUnsafeBytes { try? RTPHeader(parsing: $0) }
                #expect((header != nil) == (cut.count >= whole.headerLength), "\(name) at \(cut.count)")
                #expect(header.map { $0.payloadLength == cut.count - whole.headerLength } ?? true)
            }
        }
    }

    /// Guard B8: fifteen CSRCs and an extension of 65,535 words, at every length.
    @Test func anExtensionLongerThanThePacketThrows() throws {
        let packet = try Fixture.bytes("rtp/csrc-15-extension-ffff")
        #expect(throws: ParseError(.badLength, at: 74)) { try packet.withUnsafeBytes { try RTPHeader(parsing: $0) } }
        for cut in packet.truncations {
            #expect(throws: ParseError.self) { try cut.withUnsafeBytes { try RTPHeader(parsing: $0) } }
        }
        let huge = packet + [UInt8](repeating: 0, count: 65_535 * 4)
        let header = try huge.withUnsafeBytes { try RTPHeader(parsing: $0) }
        #expect(header.extensionLength == 262_140 && header.payloadLength == 4)
    }

    @Test(arguments: [0x00, 0x40, 0xC0] as [UInt8]) func onlyVersionTwoIsRTP(firstByte: UInt8) {
        let packet = [firstByte] + [UInt8](repeating: 0, count: 11)
        #expect(throws: ParseError(.badVersion, at: 0)) { try packet.withUnsafeBytes { try RTPHeader(parsing: $0) } }
    }

    @Test(arguments: [("00", false), ("01", true), ("aa 02", true), ("aa 03", false), ("ff", false), ("", false)])
    func paddingMustFit(tail: String, isGood: Bool) {
        let packet = hex("a0 60 00 01 00 00 00 02 00 00 00 03" + tail)
        let header = packet.withUnsafeBytes { try? RTPHeader(parsing: $0) }
        #expect((header != nil) == isGood)
        if !isGood { #expect(throws: ParseError(.badPadding, at: 0)) { try packet.withUnsafeBytes { try RTPHeader(parsing: $0) } } }
    }

    @Test func anEncryptedPaddingCountIsNotLookedAt() throws {
        let packet = hex("a0 60 00 01 00 00 00 02 00 00 00 03 aa bb cc ff")
        let header = try packet.withUnsafeBytes { try RTPHeader(parsingEncrypted: $0) }
        #expect(header.paddingLength == 0 && header.payloadLength == 4)
    }

    @Test func settersChangeTheirFieldOnly() throws {
        var packet = try Fixture.bytes("rtp/one-byte-extensions")
        let before = packet
        packet.withUnsafeMutableBytes { buffer in
            RTPHeader.setMarker(false, payloadType: PayloadType(127), in: buffer)
            RTPHeader.setSequenceNumber(SequenceNumber(0x0102), in: buffer)
            RTPHeader.setTimestamp(RTPTimestamp(0x0304_0506), in: buffer)
            RTPHeader.setSSRC(SSRC(0x0708_090A), in: buffer)
        }
        #expect(Array(packet.prefix(12)) == hex("90 7f 01 02 03 04 05 06 07 08 09 0a"))
        #expect(packet.dropFirst(12) == before.dropFirst(12))
        packet.withUnsafeMutableBytes { RTPHeader.setMarker(true, payloadType: PayloadType(96), in: $0) }
        packet.withUnsafeMutableBytes { RTPHeader.setPayloadType(PayloadType(97), in: $0) }
        #expect(packet[1] == 0xE1)
    }

    @Test func theSourceIsKnownBeforeDecryption() throws {
        let packet = try Fixture.bytes("rtp/one-byte-extensions")
        #expect(packet.withUnsafeBytes { RTPHeader.ssrc(of: $0) } == SSRC(0xDECA_FBAD))
        #expect(packet.prefix(11).withUnsafeBytes { RTPHeader.ssrc(of: $0) } == nil)
    }
}
