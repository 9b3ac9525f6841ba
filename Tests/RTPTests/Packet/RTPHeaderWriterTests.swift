import RTP
import Testing

@Suite struct RTPHeaderWriterTests {
    let writer = RTPHeaderWriter(
        marker: true, payloadType: PayloadType(96), sequenceNumber: SequenceNumber(65_535), timestamp: RTPTimestamp(0x89AB_CDEF),
        ssrc: SSRC(0xDECA_FBAD))

    @Test func writesTwelveBytes() {
        #expect(composed { writer.write(into: $0) ?? -1 } == hex("80 e0 ff ff 89 ab cd ef de ca fb ad"))
        #expect(composed { writer.write(into: $0) { _ in } ?? -1 } == hex("80 e0 ff ff 89 ab cd ef de ca fb ad"))
    }

    /// The same extensions that aiortc wrote, in its order: the same bytes.
    @Test func writesWhatAnotherImplementationWrites() throws {
        let mid = try #require(StreamIdentifier("v1"))
        let rid = try #require(StreamIdentifier("hi"))
        let written = composed { buffer in
            writer.write(into: buffer) { extensions in
                extensions.append(mid, id: 4)
                extensions.append(rid, id: 10)
                extensions.append(AbsSendTime(rawValue: 0x123456), id: 2)
                extensions.append(AudioLevel(voiceActivity: true, level: 42), id: 1)
                extensions.append(TransportSequenceNumber(SequenceNumber(0xABCD)), id: 3)
            } ?? -1
        }
        let theirs = try Fixture.bytes("rtp/one-byte-extensions")
        let header = try written.withUnsafeBytes { try RTPHeader(parsing: $0) }
        #expect(header.headerLength == written.count && header.headerLength == 32)
        #expect(Set(elements(written)) == Set(elements(theirs)))
        #expect(written.prefix(16) == theirs.prefix(16))
    }

    private func elements(_ packet: [UInt8]) -> [[UInt8]] {
        packet.withUnsafeBytes { buffer in
            guard let header = try? RTPHeader(parsing: buffer) else { return [] }
            return HeaderExtensionReader(header, in: buffer).map { [$0.id] + packet[$0.range] }
        }
    }

    @Test func aBufferThatIsTooSmallIsRefused() {
        for size in 0..<12 {
            var buffer = [UInt8](repeating: 0, count: size)
            #expect(buffer.withUnsafeMutableBytes { writer.write(into: $0) } == nil)
            #expect(buffer.withUnsafeMutableBytes { writer.write(into: $0) { $0.append(AbsSendTime(rawValue: 1), id: 2) } } == nil)
        }
    }

    @Test func anExtensionThatDoesNotFitIsLeftOut() throws {
        for size in 12..<20 {
            let written = composed(size) { writer.write(into: $0) { $0.append(AbsSendTime(rawValue: 1), id: 2) } ?? -1 }
            #expect(written == hex("80 e0 ff ff 89 ab cd ef de ca fb ad"))
        }
        let written = composed(20) { writer.write(into: $0) { $0.append(AbsSendTime(rawValue: 1), id: 2) } ?? -1 }
        #expect(written == hex("90 e0 ff ff 89 ab cd ef de ca fb ad be de 00 01 22 00 00 01"))
    }

    @Test(arguments: [1, 2, 255]) func paddingIsReadBack(count: Int) throws {
        let packet = composed { buffer in
            guard let length = writer.write(into: buffer) else { return 0 }
            RTPHeaderWriter.writePadding(count, atEndOf: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<(length + 3 + count)]))
            return length + 3 + count
        }
        let header = try packet.withUnsafeBytes { try RTPHeader(parsing: $0) }
        #expect(header.paddingLength == count && header.payloadLength == 3)
    }
}
