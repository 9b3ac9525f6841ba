import Testing

@testable import SFU

@Suite struct RepairHistoryTests {
    private func sent(_ sequence: UInt16) -> SentPacket {
        SentPacket(
            store: .none, source: UInt64(sequence), timestamp: 0, sequence: sequence, pictureID: 0, tl0PictureIndex: 0, payloadType: 96,
            rewrites: [])
    }

    @Test func answersOnceARoundTripAndThreeTimesInAll() {
        var history = RepairHistory()
        #expect(history.resend(7, at: 0, roundTrip: 50) == nil, "nothing was sent yet")
        history.record(sent(7))
        #expect(history.resend(7, at: 100, roundTrip: 50) != nil)
        // Guard: duplicate NACKs within a round trip. Broken by removing the comparison with `lastResent`.
        #expect(history.resend(7, at: 149, roundTrip: 50) == nil)
        #expect(history.resend(7, at: 150, roundTrip: 50) != nil)
        #expect(history.resend(7, at: 200, roundTrip: 50) != nil)
        // Guard: a NACK flood costs at most three packets each. Broken by removing `maximumResends`.
        #expect(history.resend(7, at: 900, roundTrip: 50) == nil)
    }

    @Test func forgetsWhatItsRingOverwrote() {
        var history = RepairHistory()
        for sequence in 65_000...65_535 { history.record(sent(UInt16(sequence))) }
        for sequence in 0..<100 { history.record(sent(UInt16(sequence))) }
        #expect(history.resend(65_000, at: 0, roundTrip: 1) == nil)
        #expect(history.resend(65_123, at: 0, roundTrip: 1) == nil)
        #expect(history.resend(65_124, at: 0, roundTrip: 1)?.source == 65_124)
        #expect(history.resend(99, at: 0, roundTrip: 1)?.source == 99)
        #expect(history.resend(100, at: 0, roundTrip: 1) == nil, "not sent yet")
    }
}
