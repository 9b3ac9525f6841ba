import RTP
import Testing

@Suite struct TransportFeedbackTests {
    /// Received packets as (sequence number, ticks); `total` counts the others too.
    private func read(_ name: String) throws -> (received: [[Int]], total: Int, count: UInt8, reference: Int32) {
        try read(Fixture.bytes("transport-feedback/" + name))
    }

    private func read(_ bytes: [UInt8]) throws -> (received: [[Int]], total: Int, count: UInt8, reference: Int32) {
        try withPacket(bytes) { packet in
            guard case .transportFeedback(let feedback) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(feedback.sender == SSRC(1) && feedback.media == SSRC(0xDECA_FBAD))
            let statuses = Array(feedback)
            #expect(statuses.count == feedback.packetStatusCount)
            for (index, status) in statuses.enumerated() { #expect(status.sequenceNumber == feedback.baseSequenceNumber &+ index) }
            let received = statuses.compactMap { status in status.arrivalTicks.map { [Int(status.sequenceNumber.rawValue), $0] } }
            return (received, statuses.count, feedback.feedbackCount, feedback.referenceTime)
        }
    }

    @Test func readsARunAcrossTheWrap() throws {
        let run = try read("run")
        #expect(run.received == [[65_534, 256], [65_535, 260], [0, 264], [1, 519]])
        #expect(run.count == 0 && run.reference == 1)
    }

    @Test func readsAOneBitVectorBeforeTheClocksOrigin() throws {
        let vector = try read("one-bit-vector")
        #expect(vector.received == [[100, -240], [102, -208], [103, -160], [113, -96]])
        #expect(vector.total == 14 && vector.count == 255 && vector.reference == -1)
    }

    @Test func readsATwoBitVectorWithALargeDelta() throws {
        #expect(try read("two-bit-vector").received == [[100, 528], [102, 272], [106, 304]])
    }

    @Test func readsChunksOfEveryKindInOneMessage() throws {
        let mixed = try read("mixed")
        let origin = 0x123456 * 256
        let small = (0..<14).map { [7 + $0, origin + 1 + $0] }
        let large = [[41, origin + 14 + 32_767], [42, origin + 14 - 1], [43, origin + 14], [44, origin + 19]]
        #expect(mixed.received == small + large)
        #expect(mixed.total == 39)
    }

    /// Every browser pads like this; refusing what RFC 3550 calls bad padding would refuse their feedback.
    @Test func readsPaddingThatIsNoWholeWord() throws {
        #expect(try read("padded-as-libwebrtc").received == [[100, 272], [101, 276]])
    }

    @Test func aFewBytesMayClaimTheMostPackets() throws {
        let claimed = try read("65535-lost")
        #expect(claimed.received.isEmpty && claimed.total == 65_535)
    }

    @Test func reservedSymbolsAndEmptyRunsThrow() {
        #expect(throws: ParseError(.badValue, at: 0)) { try read("reserved-symbol") }
        #expect(throws: ParseError(.badValue, at: 0)) { try read("empty-run") }
        // Two-bit vectors with the reserved symbol first and last.
        for chunk in ["f0 00", "c0 03"] {
            let message = hex("8f cd 00 06 00 00 00 01 de ca fb ad 00 07 00 07 00 00 01 01" + chunk + "00 00 00 00 00 00")
            #expect(throws: ParseError(.badValue, at: 0)) { try read(message) }
        }
        #expect(throws: ParseError(.badValue, at: 0)) { try read(hex("8f cd 00 04 00 00 00 01 de ca fb ad 00 07 00 00 00 00 01 01")) }
    }

    @Test func missingDeltasThrow() throws {
        var bytes = try Fixture.bytes("transport-feedback/run")
        bytes[15] = 7
        bytes.replaceSubrange(20..<22, with: hex("20 07"))
        #expect(throws: ParseError(.tooShort, at: 0)) { try read(bytes) }
    }

    /// Beyond the status count a vector's symbols mean nothing, the reserved one included.
    @Test func symbolsBeyondTheCountAreNotLookedAt() throws {
        var bytes = try Fixture.bytes("transport-feedback/two-bit-vector")
        bytes.replaceSubrange(14..<16, with: hex("00 03"))
        bytes.replaceSubrange(20..<22, with: hex("d2 ff"))
        #expect(try read(bytes).received == [[100, 528], [102, 272]])
    }
}
