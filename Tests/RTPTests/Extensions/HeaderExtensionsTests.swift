import RTP
import Testing

@Suite struct HeaderExtensionsTests {
    private func read(_ packet: [UInt8], _ change: (inout HeaderExtensionIDs) -> Void = { _ in }) throws -> HeaderExtensions {
        var ids = HeaderExtensionIDs()
        ids.audioLevel = 1
        ids.absSendTime = 2
        ids.transportSequenceNumber = 3
        ids.mid = 4
        ids.rid = 10
        change(&ids)
        return try packet.withUnsafeBytes { HeaderExtensions(try RTPHeader(parsing: $0), in: $0, ids: ids) }
    }

    @Test func readsWhatAnotherImplementationWrote() throws {
        let read = try read(Fixture.bytes("rtp/one-byte-extensions"))
        #expect(read.audioLevel == AudioLevel(voiceActivity: true, level: 42))
        #expect(read.absSendTime == AbsSendTime(rawValue: 0x123456))
        #expect(read.transportSequenceNumber?.sequenceNumber == SequenceNumber(0xABCD))
        #expect(read.mid == StreamIdentifier("v1"))
        #expect(read.rid == StreamIdentifier("hi"))
        #expect(read.repairedRID == nil && read.videoOrientation == nil && read.absCaptureTime == nil && read.dependencyDescriptor == nil)
    }

    /// RFC 8843 §15 would allow 21 characters in the two-byte form; we stop at sixteen, and read what stands behind.
    @Test func aMidOverSixteenCharactersCountsAsAbsent() throws {
        let read = try read(Fixture.bytes("rtp/two-byte-extensions"))
        #expect(read.mid == nil)
        #expect(read.absSendTime == AbsSendTime(rawValue: 0x123456))
        #expect(read.transportSequenceNumber?.sequenceNumber == SequenceNumber(0xABCD))
    }

    @Test func idsThatWereNotNegotiatedAreNotLookedAt() throws {
        let packet = try Fixture.bytes("rtp/one-byte-extensions")
        let read = try packet.withUnsafeBytes { HeaderExtensions(try RTPHeader(parsing: $0), in: $0, ids: HeaderExtensionIDs()) }
        #expect(
            read.audioLevel == nil && read.absSendTime == nil && read.transportSequenceNumber == nil && read.mid == nil && read.rid == nil)
    }

    /// The negotiated id points at a value of another length: absent, nothing worse.
    @Test func aValueOfTheWrongLengthCountsAsAbsent() throws {
        let read = try read(Fixture.bytes("rtp/one-byte-extensions")) { ids in
            ids.absSendTime = 3
            ids.transportSequenceNumber = 2
            ids.absCaptureTime = 1
            ids.playoutDelay = 10
        }
        #expect(read.absSendTime == nil && read.transportSequenceNumber == nil && read.absCaptureTime == nil && read.playoutDelay == nil)
    }
}
