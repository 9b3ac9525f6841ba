import RTP
import Testing

@Suite struct HeaderExtensionWriterTests {
    private func written(_ form: HeaderExtensionForm, size: Int = 400, _ body: (inout HeaderExtensionWriter) -> Void) -> [UInt8] {
        composed(size) { buffer in
            var writer = HeaderExtensionWriter(buffer, form: form)
            body(&writer)
            return writer.finish()
        }
    }

    @Test func writesElementsAndPadsToAWord() {
        let bytes = written(.oneByte) { writer in
            hex("aa").withUnsafeBytes { _ = writer.append(id: 1, value: $0) }
            hex("bb cc").withUnsafeBytes { _ = writer.append(id: 2, value: $0) }
        }
        #expect(bytes == hex("be de 00 02  10 aa 21 bb cc 00 00 00"))
    }

    @Test func theTwoByteFormCarriesEmptyAndLongValues() {
        let long = [UInt8](repeating: 0x5A, count: 255)
        let bytes = written(.twoByte) { writer in
            writer.append(id: 15, count: 0) { _ in }
            long.withUnsafeBytes { _ = writer.append(id: 255, value: $0) }
        }
        #expect(bytes == hex("10 00 00 41  0f 00 ff ff") + long + [0])
    }

    @Test func nothingAppendedIsNoExtension() {
        #expect(written(.oneByte) { _ in } == [])
        #expect(written(.oneByte) { $0.append(AbsSendTime(rawValue: 1), id: 0) } == [])
    }

    @Test func whatAFormCannotCarryIsLeftOut() {
        var answers: [Bool] = []
        _ = written(.oneByte) { writer in
            answers = [
                writer.append(id: 15, count: 1) { _ in }, writer.append(id: 1, count: 0) { _ in }, writer.append(id: 1, count: 17) { _ in },
                writer.append(id: 1, count: -1) { _ in }, writer.append(id: 14, count: 16) { _ in },
            ]
        }
        #expect(answers == [false, false, false, false, true])
        _ = written(.twoByte) { writer in
            answers = [
                writer.append(id: 0, count: 1) { _ in }, writer.append(id: 1, count: 256) { _ in },
                writer.append(id: 15, count: 17) { _ in },
            ]
        }
        #expect(answers == [false, false, true])
    }

    @Test func roomIsAskedForInWholeWords() {
        for size in 0..<8 { #expect(written(.oneByte, size: size) { $0.append(AudioLevel(voiceActivity: false, level: 0), id: 1) } == []) }
        #expect(
            written(.oneByte, size: 8) { $0.append(AudioLevel(voiceActivity: false, level: 0), id: 1) } == hex("be de 00 01 10 00 00 00"))
    }

    /// Every value type, written and read back.
    @Test(arguments: HeaderExtensionForm.allCases) func everyValueComesBack(form: HeaderExtensionForm) throws {
        let mid = try #require(StreamIdentifier("mid-0"))
        let rid = try #require(StreamIdentifier("0123456789abcdef"))
        let repaired = try #require(StreamIdentifier("h"))
        let packet = composed { buffer in
            let writer = RTPHeaderWriter(
                payloadType: PayloadType(1), sequenceNumber: SequenceNumber(2), timestamp: RTPTimestamp(3), ssrc: SSRC(4))
            return writer.write(into: buffer, form: form) { extensions in
                extensions.append(AudioLevel(voiceActivity: true, level: 127), id: 1)
                extensions.append(AbsSendTime(rawValue: 0xFFFFFF), id: 2)
                extensions.append(TransportSequenceNumber(SequenceNumber(65_535)), id: 3)
                extensions.append(mid, id: 4)
                extensions.append(rid, id: 5)
                extensions.append(repaired, id: 6)
                extensions.append(VideoOrientation(rotation: .degrees270, isFlipped: true, isBackCamera: true), id: 7)
                extensions.append(PlayoutDelay(minimumUnits: 1, maximumUnits: 4_095), id: 8)
                extensions.append(AbsCaptureTime(captureTime: NTPTime(0x0102_0304_0506_0708), clockOffset: -1), id: 9)
                hex("80 00 01").withUnsafeBytes { _ = extensions.append(id: 10, value: $0) }
            } ?? 0
        }
        let read = try packet.withUnsafeBytes { HeaderExtensions(try RTPHeader(parsing: $0), in: $0, ids: .sequential) }
        #expect(read.audioLevel == AudioLevel(voiceActivity: true, level: 127))
        #expect(read.absSendTime == AbsSendTime(rawValue: 0xFFFFFF))
        #expect(read.transportSequenceNumber == TransportSequenceNumber(SequenceNumber(65_535)))
        #expect(read.mid == mid && read.rid == rid && read.repairedRID == repaired)
        #expect(read.videoOrientation == VideoOrientation(rotation: .degrees270, isFlipped: true, isBackCamera: true))
        #expect(read.playoutDelay == PlayoutDelay(minimumUnits: 1, maximumUnits: 4_095))
        #expect(read.absCaptureTime == AbsCaptureTime(captureTime: NTPTime(0x0102_0304_0506_0708), clockOffset: -1))
        #expect(read.dependencyDescriptor.map { Array(packet[$0]) } == hex("80 00 01"))
    }
}

extension HeaderExtensionIDs {
    /// Ids 1…10 in the order of the fields.
    static var sequential: HeaderExtensionIDs {
        var ids = HeaderExtensionIDs()
        ids.audioLevel = 1
        ids.absSendTime = 2
        ids.transportSequenceNumber = 3
        ids.mid = 4
        ids.rid = 5
        ids.repairedRID = 6
        ids.videoOrientation = 7
        ids.playoutDelay = 8
        ids.absCaptureTime = 9
        ids.dependencyDescriptor = 10
        return ids
    }
}
