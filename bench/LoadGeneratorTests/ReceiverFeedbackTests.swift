import RTP
import Testing

@testable import LoadGenerator

struct ReceiverFeedbackTests {
    private static let media: UInt32 = 0x1000
    private static let repair: UInt32 = 0x2000
    private let feedback: ReceiverFeedback

    init() {
        var terms = FeedbackTerms()
        (terms.nack, terms.remb, terms.reducedSize, terms.rtxPayloadType) = (true, true, true, 97)
        terms.repairs = [Self.repair: Self.media]
        feedback = ReceiverFeedback(terms)
    }

    private func receive(_ sequence: UInt16, kind: StreamReception.Kind = .video, ssrc: UInt32 = media, at now: Int64 = 0)
        -> ReceiverFeedback.Arrival
    {
        feedback.received(sequence, ssrc: ssrc, timestamp: 0, kind: kind, at: now)
    }

    /// The packets of what `write` writes.
    private func written(_ write: (inout RTCPWriter) -> Void, _ read: (RTCPPacket) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 1400, alignment: 16) { buffer in
            var writer = RTCPWriter(buffer)
            write(&writer)
            var reader = RTCPReader(writer.written)
            while let packet = reader.nextValid() { read(packet) }
        }
    }

    private func asked(at now: Int64) -> [UInt16] {
        var numbers: [UInt16] = []
        written {
            _ = feedback.writeNACKs(to: &$0, at: now)
        } _: { packet in
            guard case .genericNACK(let request) = packet, request.media.rawValue == Self.media else { return }
            numbers += request.map(\.rawValue)
        }
        return numbers
    }

    @Test func aRetransmissionOnItsOwnStreamFillsTheGapOnce() {
        #expect(receive(1) == .new(1) && receive(4, at: 1_000) == .new(3))
        #expect(feedback.nextNACK == 1_000 && asked(at: 1_000) == [2, 3])
        #expect(receive(700, kind: .repair, ssrc: Self.repair, at: 5_000) == .new(1))
        #expect(feedback.restored(2, by: Self.repair, at: 5_000) == .repaired(after: 4_000))
        #expect(feedback.restored(2, by: Self.repair, at: 6_000) == .repeated)
        #expect(receive(2, at: 7_000) == .repeated)
        // The other is asked for again, a round trip after: 4 µs as measured, and no faster than each 10 ms.
        #expect(asked(at: 10_000_000) == [] && asked(at: 10_001_000) == [3])
        #expect(receive(3, at: 10_002_000) == .repaired(after: 10_001_000))
    }

    @Test func whatWasOnlyLateWasNotRepaired() {
        #expect(receive(1) == .new(1) && receive(3) == .new(2) && receive(2) == .late && feedback.nextNACK == 0)
        #expect(asked(at: 1) == [] && feedback.nextNACK == .max)
    }

    @Test func microphonesAreNotAskedForAgain() {
        #expect(receive(1, kind: .audio) == .new(1) && receive(4, kind: .audio) == .new(3) && feedback.nextNACK == .max)
    }

    @Test func nothingIsAskedForThatWasNotAgreedOn() {
        let silent = ReceiverFeedback(FeedbackTerms())
        for number in [1, 9] as [UInt16] { _ = silent.received(number, ssrc: 1, timestamp: 0, kind: .video, at: 0) }
        #expect(silent.nextNACK == .max)
    }

    @Test func aReportTellsOfEveryStreamAndTheEstimate() {
        _ = receive(1)
        _ = receive(1, kind: .audio, ssrc: 7)
        var reported: [UInt32] = []
        var estimated: [UInt32] = []
        written {
            feedback.writeReport(to: &$0, at: 0)
        } _: { packet in
            if case .receiverReport(let report) = packet { reported = report.reports.map(\.ssrc.rawValue) }
            if case .receiverEstimatedMaximumBitrate(let estimate) = packet {
                #expect(estimate.bitrate.bitsPerSecond > 99_000_000)
                estimated = estimate.sources.map(\.rawValue)
            }
        }
        #expect(reported.sorted() == [7, Self.media] && estimated == [Self.media])
    }

    /// A report has room for 31; the others come in the next one.
    @Test func manyStreamsTakeTurns() {
        for ssrc in 1...UInt32(40) { _ = receive(1, ssrc: ssrc) }
        var reported: Set<UInt32> = []
        for _ in 0..<2 {
            written {
                feedback.writeReport(to: &$0, at: 0)
            } _: { packet in
                if case .receiverReport(let report) = packet { reported.formUnion(report.reports.map(\.ssrc.rawValue)) }
            }
        }
        #expect(reported.count == 40)
    }

    @Test func streamsBeyondTheBoundCountAsTheyCome() {
        for ssrc in 1...UInt32(ReceiverFeedback.capacity) { _ = receive(1, ssrc: ssrc) }
        #expect(receive(1, ssrc: 9_999) == .new(1) && receive(9, ssrc: 9_999) == .new(1))
    }
}
