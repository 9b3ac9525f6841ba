import RTP
import Testing

@Suite struct ExtendedReportTests {
    private func blocks(_ bytes: [UInt8]) throws -> [ExtendedReport.Block] {
        try withPacket(bytes) { packet in
            guard case .extendedReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.sender == SSRC(0xDECA_FBAD))
            return Array(report)
        }
    }

    let answers = [
        ExtendedReport.DelaySinceLastReceiverReport(ssrc: SSRC(1), lastReceiverReport: 0xB2C3_D4E5, delay: 0x8000),
        ExtendedReport.DelaySinceLastReceiverReport(ssrc: SSRC(2), lastReceiverReport: 0, delay: 0),
    ]

    @Test func referenceTimeThereAndBack() throws {
        let bytes = try Fixture.bytes("rtcp/reference-time")
        #expect(try blocks(bytes) == [.receiverReferenceTime(NTPTime(0xE0A1_B2C3_D4E5_F607))])
        #expect(rtcp { $0.receiverReferenceTime(sender: SSRC(0xDECA_FBAD), ntp: NTPTime(0xE0A1_B2C3_D4E5_F607)) } == bytes)
    }

    @Test func answersThereAndBack() throws {
        let read = try blocks(Fixture.bytes("rtcp/delay-since-last-rr"))
        #expect(read == [.unknown(type: 42)] + answers.map { .delaySinceLastReceiverReport($0) })
        let written = rtcp { $0.delaySinceLastReceiverReport(sender: SSRC(0xDECA_FBAD), answers: answers) }
        #expect(try blocks(written) == answers.map { .delaySinceLastReceiverReport($0) })
    }

    /// A block that overruns, a reference time and sub-blocks of odd length, half a block header.
    @Test(arguments: [
        ("80 cf 00 02  de ca fb ad  2a 00 00 01", ParseError.Reason.tooShort),
        ("80 cf 00 03  de ca fb ad  04 00 00 01  00 00 00 00", .badLength),
        ("80 cf 00 03  de ca fb ad  05 00 00 01  00 00 00 00", .badLength), ("80 cf 00 02  de ca fb ad  05 00 ff ff", .tooShort),
        ("80 cf 00 00", .tooShort),
    ])
    func brokenBlocksThrow(bytes: String, reason: ParseError.Reason) {
        #expect(throws: ParseError(reason, at: 0)) { try blocks(hex(bytes)) }
    }

    @Test func aBlockWithoutBodyIsRead() throws {
        #expect(try blocks(hex("80 cf 00 03  de ca fb ad  2a 00 00 00  05 00 00 00")) == [.unknown(type: 42)])
    }
}
