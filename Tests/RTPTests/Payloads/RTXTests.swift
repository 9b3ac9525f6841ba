import RTP
import Testing

@Suite struct RTXTests {
    private func header(_ packet: [UInt8]) throws -> RTPHeader { try packet.withUnsafeBytes { try RTPHeader(parsing: $0) } }

    private func decapsulated(_ packet: [UInt8]) throws -> [UInt8] {
        var packet = packet
        let header = try header(packet)
        return try packet.withUnsafeMutableBytes {
            Array(try RTX.decapsulate($0, header: header, ssrc: SSRC(0xDECA_FBAD), payloadType: PayloadType(96)))
        }
    }

    @Test func givesTheOriginalBack() throws {
        let packet = try Fixture.bytes("rtx/packet")
        let header = try header(packet)
        #expect(try packet.withUnsafeBytes { try RTX.originalSequenceNumber(header, in: $0) } == SequenceNumber(65_535))
        #expect(try decapsulated(packet) == hex("90 60 ff ff 00 00 10 00 de ca fb ad  be de 00 01 41 76 31 00  aa bb cc"))
    }

    /// Marker, CSRCs, extension and padding stay as they are; the payload type and the two identities change.
    @Test func encapsulatingAndBackIsTheSamePacket() throws {
        for name in try Fixture.names(in: "rtp") where !name.hasSuffix("ffff") {
            let original = try Fixture.bytes(name)
            let before = try header(original)
            let sent = try composed(original.count + RTX.overhead) { buffer in
                buffer.copyBytes(from: original)
                return try RTX.encapsulate(
                    buffer, length: original.count, ssrc: SSRC(7), payloadType: PayloadType(97), sequenceNumber: SequenceNumber(5))
            }
            let after = try header(sent)
            #expect(after.ssrc == SSRC(7) && after.payloadType == PayloadType(97) && after.sequenceNumber == SequenceNumber(5))
            #expect(after.marker == before.marker && after.timestamp == before.timestamp && after.paddingLength == before.paddingLength)

            var received = sent
            let back = try received.withUnsafeMutableBytes {
                Array(try RTX.decapsulate($0, header: after, ssrc: before.ssrc, payloadType: before.payloadType))
            }
            #expect(back == original, "\(name)")
        }
    }

    @Test(arguments: ["rtx/no-payload", "rtx/one-byte", "rtp/padding-only"]) func aPacketWithoutOriginalNumberThrows(name: String) throws {
        #expect(throws: ParseError(.tooShort, at: 12)) { try decapsulated(Fixture.bytes(name)) }
    }

    @Test func aHeaderOfAnotherPacketThrows() throws {
        let header = try header(Fixture.bytes("rtx/packet"))
        let other = try Fixture.bytes("rtx/one-byte")
        #expect(throws: ParseError(.tooShort, at: 0)) { try other.withUnsafeBytes { try RTX.originalSequenceNumber(header, in: $0) } }
    }

    @Test func everyTruncationThrowsOrGivesAShorterPayload() throws {
        let packet = try Fixture.bytes("rtx/packet")
        for cut in packet.truncations {
            let back = try? decapsulated(cut)
            #expect((back != nil) == (cut.count >= 22), "at \(cut.count)")
        }
    }

    /// The bound is the buffer: two bytes must be spare.
    @Test func aFullBufferCannotBeEncapsulated() throws {
        let packet = try Fixture.bytes("rtp/captured-opus")
        for spare in 0...2 {
            var buffer = packet + [UInt8](repeating: 0, count: spare)
            let length = buffer.withUnsafeMutableBytes {
                try? RTX.encapsulate(
                    $0, length: packet.count, ssrc: SSRC(7), payloadType: PayloadType(97), sequenceNumber: SequenceNumber(5))
            }
            #expect(length == (spare == 2 ? packet.count + 2 : nil))
        }
        for length in [-1, 0, 11, 1_000, Int.max] {
            var buffer = packet
            let count = buffer.withUnsafeMutableBytes {
                try? RTX.encapsulate($0, length: length, ssrc: SSRC(7), payloadType: PayloadType(97), sequenceNumber: SequenceNumber(5))
            }
            #expect(count == nil)
        }
    }
}
