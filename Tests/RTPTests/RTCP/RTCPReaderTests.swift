import RTP
import Testing

@Suite struct RTCPReaderTests {
    @Test func walksACompound() throws {
        let bytes = try Fixture.bytes("rtcp/compound")
        #expect(kinds(bytes) == ["senderReport", "sourceDescription", "pictureLossIndication"])
    }

    @Test func aReducedSizePacketMayBeginWithFeedback() throws {
        #expect(kinds(try Fixture.bytes("rtcp/picture-loss-indication")) == ["pictureLossIndication"])
    }

    @Test func everyTypeIsTold() throws {
        let expected = [
            "application": "unknown", "captured-sender-report": "senderReport", "delay-since-last-rr": "extendedReport",
            "full-intra-request": "fullIntraRequest", "generic-nack": "genericNACK", "generic-nack-wrap": "genericNACK",
            "goodbye": "goodbye", "goodbye-reason": "goodbye", "padded-pli": "pictureLossIndication",
            "picture-loss-indication": "pictureLossIndication", "receiver-report": "receiverReport",
            "receiver-report-empty": "receiverReport", "reference-time": "extendedReport",
            "remb": "receiverEstimatedMaximumBitrate", "sender-report": "senderReport", "source-description": "sourceDescription",
        ]
        for (name, kind) in expected { #expect(kinds(try Fixture.bytes("rtcp/" + name)) == [kind], "\(name)") }
        #expect(kinds(try Fixture.bytes("transport-feedback/run")) == ["transportFeedback"])
        #expect(kinds(hex("83 cd 00 02 00 00 00 01 00 00 00 02")) == ["unknown"])
        #expect(kinds(hex("82 ce 00 02 00 00 00 01 00 00 00 02")) == ["unknown"])
        #expect(kinds(hex("8f ce 00 03 00 00 00 01 00 00 00 02 41 46 42 58")) == ["unknown"])
        #expect(kinds(hex("80 d0 00 00")) == ["unknown"])
    }

    /// Every fixture that is good as a whole is an error at every proper cut of its only packet.
    @Test func everyTruncationThrows() throws {
        for name in try Fixture.names(in: "rtcp") + Fixture.names(in: "transport-feedback") where !name.hasSuffix("compound") {
            for cut in try Fixture.bytes(name).truncations where !cut.isEmpty {
                #expect(kinds(cut).allSatisfy { $0.hasPrefix("error") }, "\(name) at \(cut.count)")
            }
        }
        #expect(kinds([]) == [])
    }

    /// The frame is repaired after each cut, so that the bodies themselves come out short.
    @Test func everyShortenedBodyIsAnErrorOrASmallerList() throws {
        for name in try Fixture.names(in: "rtcp") + Fixture.names(in: "transport-feedback") where !name.hasSuffix("compound") {
            let bytes = try Fixture.bytes(name)
            for length in stride(from: 4, to: bytes.count, by: 4) {
                var cut = Array(bytes.prefix(length))
                cut[0] &= 0xDF
                cut[3] = UInt8(length / 4 - 1)
                #expect(kinds(cut).count == 1, "\(name) at \(length)")
            }
        }
    }

    /// Guard B8: RTCP of 0…40 bytes, with every claimed length.
    @Test func lengthsFromZeroToFortyNeverTrap() {
        for type in 190...215 as ClosedRange<UInt8> {
            for count in [0, 1, 15, 31] as [UInt8] {
                for length in 0...40 {
                    for words in [0, 1, 2, 5, 9, 255] as [UInt8] {
                        for fill in [0x00, 0xFF] as [UInt8] {
                            var bytes = [UInt8](repeating: fill, count: length)
                            for (index, byte) in [0x80 | count, type, 0, words].enumerated() where index < length { bytes[index] = byte }
                            _ = kinds(bytes)
                        }
                    }
                }
            }
        }
    }

    @Test func aBadBodyHidesNothingBehindIt() throws {
        let bytes = try Fixture.bytes("rtcp/goodbye-reason-overruns") + Fixture.bytes("rtcp/picture-loss-indication")
        #expect(kinds(bytes) == ["error tooShort at byte 9", "pictureLossIndication"])
    }

    @Test func aBadFrameEndsTheWalk() throws {
        let pli = try Fixture.bytes("rtcp/picture-loss-indication")
        #expect(kinds(hex("40 ce 00 00") + pli) == ["error badVersion at byte 0"])
        #expect(kinds(pli + hex("80 c8 00 ff") + pli) == ["pictureLossIndication", "error badLength at byte 14"])
        #expect(kinds(pli + hex("80")) == ["pictureLossIndication", "error tooShort at byte 13"])
    }

    @Test(arguments: [("00", false), ("01", true), ("03", true), ("04", true), ("0c", true), ("0d", false), ("10", false), ("ff", false)])
    func paddingLiesInsideThePacket(count: String, isGood: Bool) {
        let kinds = kinds(hex("a0 cc 00 03  00 00 00 00  00 00 00 00  00 00 00" + count))
        #expect(kinds == [isGood ? "unknown" : "error badPadding at byte 15"])
    }

    @Test func paddingIsTakenOffTheBody() throws {
        var pli = try Fixture.bytes("rtcp/padded-pli")
        pli[15] = 8
        #expect(kinds(pli) == ["error tooShort at byte 8"])
    }

    /// The name of each packet's case, or the error in its place; lists are walked to their ends.
    private func kinds(_ bytes: [UInt8]) -> [String] {
        bytes.withUnsafeBytes { buffer in
            var reader = RTCPReader(buffer)
            var kinds: [String] = []
            while true {
                do {
                    guard let packet = try reader.next() else { return kinds }
                    walk(packet)
                    kinds.append(String(describing: packet).prefix { $0 != "(" }.description)
                } catch {
                    kinds.append("error \(error)")
                }
            }
        }
    }
}
