import RTP
import Testing

@testable import SFU

@Suite struct TransportFeedbackRecorderTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// What one report says: number and arrival in milliseconds, `nil` for what had not come.
    private func report(_ recorder: inout TransportFeedbackRecorder, at milliseconds: Int64) -> [(UInt16, Int64?)]? {
        withUnsafeTemporaryAllocation(byteCount: 1_200, alignment: 8) { buffer in
            var writer = RTCPWriter(buffer)
            guard recorder.write(to: &writer, sender: SSRC(1), media: SSRC(77), at: time(milliseconds)) else { return nil }
            var reader = RTCPReader(writer.written)
            guard case .transportFeedback(let feedback) = reader.nextValid() else { return nil }
            #expect(feedback.media == SSRC(77), "browsers ignore feedback about no SSRC of theirs")
            return feedback.map { ($0.sequenceNumber.rawValue, $0.arrivalTicks.map { Int64($0) / 4 }) }
        }
    }

    @Test func reportsArrivalsAndHolesAcrossTheWrap() {
        var recorder = TransportFeedbackRecorder()
        for (number, at) in [(65_534, 100), (65_535, 101), (1, 110)] {
            recorder.received(SequenceNumber(UInt16(number)), at: time(Int64(at)))
        }
        #expect(recorder.nextDeadline == time(150), "fifty milliseconds after the first")
        let told = report(&recorder, at: 150)
        #expect(told?.map(\.0) == [65_534, 65_535, 0, 1])
        #expect(told?.map(\.1) == [100, 101, nil, 110])
        #expect(recorder.nextDeadline == nil)
        #expect(report(&recorder, at: 200) == nil, "nothing new")
    }

    @Test func goesOnWhereItStopped() {
        var recorder = TransportFeedbackRecorder()
        recorder.received(SequenceNumber(10), at: time(0))
        _ = report(&recorder, at: 50)
        recorder.received(SequenceNumber(9), at: time(60))
        #expect(recorder.nextDeadline == nil, "late for a report that is out")
        recorder.received(SequenceNumber(13), at: time(70))
        #expect(report(&recorder, at: 100)?.map(\.0) == [11, 12, 13])
    }

    @Test func relaxedItWaitsAQuarterOfASecond() {
        var recorder = TransportFeedbackRecorder()
        recorder.received(SequenceNumber(1), at: time(0))
        recorder.relax(true)
        #expect(recorder.nextDeadline == time(250))
        recorder.relax(false)
        #expect(recorder.nextDeadline == time(50))
    }

    @Test func aJumpBeyondTheRingBeginsAnew() {
        var recorder = TransportFeedbackRecorder()
        recorder.received(SequenceNumber(0), at: time(0))
        recorder.received(SequenceNumber(20_000), at: time(1))
        #expect(report(&recorder, at: 50)?.map(\.0) == [20_000])
    }
}
