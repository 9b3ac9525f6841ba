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
        history.record(sent(7), at: 0)
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
        for sequence in 65_000...65_535 { history.record(sent(UInt16(sequence)), at: 0) }
        for sequence in 0..<100 { history.record(sent(UInt16(sequence)), at: 0) }
        #expect(history.resend(65_000, at: 0, roundTrip: 1) == nil)
        #expect(history.resend(65_123, at: 0, roundTrip: 1) == nil)
        #expect(history.resend(65_124, at: 0, roundTrip: 1)?.source == 65_124)
        #expect(history.resend(99, at: 0, roundTrip: 1)?.source == 99)
        #expect(history.resend(100, at: 0, roundTrip: 1) == nil, "not sent yet")
    }

    /// 30 packets a second for a minute, then 200: what is two seconds old is there once the stream goes on, and the slow stream costs an eighth of the fast one.
    @Test func growsOnlyAsFarAsItMustReachBack() {
        var history = RepairHistory()
        var sequence = UInt16(0)
        func send(_ perSecond: Int, from: Int, seconds: Int) {
            for number in 0..<perSecond * seconds {
                let now = Int64(from) * 1_000_000_000 + Int64(number) * 1_000_000_000 / Int64(perSecond)
                sequence &+= 1
                history.record(sent(sequence), at: now)
                guard number > 4 * perSecond else { continue }
                #expect(history.resend(sequence &- UInt16(2 * perSecond), at: now, roundTrip: 1) != nil, "\(perSecond)/s, packet \(number)")
            }
        }
        send(30, from: 0, seconds: 60)
        #expect(history.capacity == RepairHistory.firstCapacity)
        send(200, from: 60, seconds: 10)
        #expect(history.capacity == RepairHistory.maximumCapacity)
        send(1_000, from: 70, seconds: 1)
        #expect(history.capacity == RepairHistory.maximumCapacity, "and no further")
    }
}
