import RTP
import Testing

/// Sender and receiver reports: against aiortc's bytes, there and back, and at the edges of their fields.
@Suite struct ReportTests {
    let block = ReportBlock(
        ssrc: SSRC(0x0102_0304), fractionLost: 64, cumulativeLost: -2, highestSequenceNumber: 0x0001_FFFF, jitterTicks: 90,
        lastSenderReport: 0x1122_3344, delaySinceLastSenderReport: 0x0001_0000)
    let info = SenderInfo(
        ntp: NTPTime(0xE0A1_B2C3_D4E5_F607), rtpTimestamp: RTPTimestamp(0x89AB_CDEF), packetCount: 1_000, octetCount: 1_000_000)

    @Test func readsASenderReport() throws {
        try withPacket(try Fixture.bytes("rtcp/sender-report")) { packet in
            guard case .senderReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.ssrc == SSRC(0xDECA_FBAD))
            #expect(report.info == info)
            #expect(Array(report.reports) == [block])
        }
    }

    @Test func writesASenderReport() throws {
        #expect(
            rtcp { $0.senderReport(ssrc: SSRC(0xDECA_FBAD), info: info, reports: [block]) } == (try Fixture.bytes("rtcp/sender-report")))
    }

    @Test func readsACapturedSenderReport() throws {
        try withPacket(try Fixture.bytes("rtcp/captured-sender-report")) { packet in
            guard case .senderReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.ssrc == SSRC(0xED3F_6927))
            // Captured in November 2026.
            #expect(report.info.ntp.seconds == 0xEEAB_ED3F)
            #expect(report.info.rtpTimestamp == RTPTimestamp(0x2342_8210))
            #expect(report.reports.isEmpty)
        }
    }

    @Test func readsAndWritesAReceiverReport() throws {
        let most = ReportBlock(ssrc: SSRC(5), cumulativeLost: 8_388_607)
        let bytes = try Fixture.bytes("rtcp/receiver-report")
        try withPacket(bytes) { packet in
            guard case .receiverReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.ssrc == SSRC(0xDECA_FBAD))
            #expect(Array(report.reports) == [block, most])
        }
        #expect(rtcp { $0.receiverReport(ssrc: SSRC(0xDECA_FBAD), reports: [block, most]) } == bytes)
        #expect(rtcp { $0.receiverReport(ssrc: SSRC(1)) } == (try Fixture.bytes("rtcp/receiver-report-empty")))
    }

    @Test(arguments: [-0x80_0000, -1, 0, 1, 0x7F_FFFF] as [Int32]) func cumulativeLossIsSigned(lost: Int32) throws {
        try withPacket(rtcp { $0.receiverReport(ssrc: SSRC(1), reports: [ReportBlock(ssrc: SSRC(2), cumulativeLost: lost)]) }) { packet in
            guard case .receiverReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.reports.first?.cumulativeLost == lost)
        }
    }

    @Test func cumulativeLossIsHeldAtTheEnds() throws {
        let blocks = [ReportBlock(ssrc: SSRC(2), cumulativeLost: .max), ReportBlock(ssrc: SSRC(2), cumulativeLost: .min)]
        try withPacket(rtcp { $0.receiverReport(ssrc: SSRC(1), reports: blocks) }) { packet in
            guard case .receiverReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.reports.map(\.cumulativeLost) == [0x7F_FFFF, -0x80_0000])
        }
    }

    /// A report has a five-bit count: the bound, and what happens beyond.
    @Test(arguments: [0, 1, 31, 32, 100]) func noMoreThanThirtyOneBlocks(count: Int) throws {
        let blocks = [ReportBlock](repeating: block, count: count)
        try withPacket(rtcp { $0.senderReport(ssrc: SSRC(1), info: info, reports: blocks) }) { packet in
            guard case .senderReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.reports.count == min(count, 31))
        }
    }

    @Test func aCountThatTheBodyDoesNotHoldThrows() throws {
        var bytes = try Fixture.bytes("rtcp/sender-report")
        bytes[0] = 0x82
        #expect(throws: ParseError(.tooShort, at: 0)) { try withPacket(bytes) { _ in } }
        bytes = try Fixture.bytes("rtcp/receiver-report")
        bytes[0] = 0x83
        #expect(throws: ParseError(.tooShort, at: 0)) { try withPacket(bytes) { _ in } }
    }

    @Test func profileSpecificExtensionsAreSteppedOver() throws {
        let bytes = hex("80 c9 00 02  00 00 00 01  aa bb cc dd")
        try withPacket(bytes) { packet in
            guard case .receiverReport(let report) = packet else { throw ParseError(.unexpectedType, at: 0) }
            #expect(report.reports.isEmpty)
        }
    }

    @Test func whatDoesNotFitIsTakenBackWhole() {
        for size in 0..<60 {
            let written = rtcp(size) { writer in
                let first = writer.pictureLossIndication(sender: SSRC(1), media: SSRC(2))
                let second = writer.receiverReport(ssrc: SSRC(1), reports: [block])
                #expect(first == (size >= 12))
                #expect(second == (first ? size >= 44 : size >= 32))
            }
            #expect([0, 12, 44].contains(written.count))
        }
    }
}
