import RTP
import Testing

@testable import LoadGenerator

/// A stream that `#expect` may tell things.
private final class Told {
    private var stream: StreamReception

    init(first: UInt16) { stream = StreamReception(ssrc: 9, kind: .video, first: first) }

    func arrived(_ sequence: UInt16, timestamp: UInt32 = 0, at now: Int64 = 0) -> StreamReception.Arrival {
        stream.arrived(sequence, timestamp: timestamp, at: now)
    }
    func restored(_ sequence: UInt16) -> StreamReception.Arrival { stream.restored(sequence) }
    func senderReportArrived(_ ntp: NTPTime, at now: Int64) { stream.senderReportArrived(ntp, at: now) }
    func report(at now: Int64 = 0) -> ReportBlock { stream.report(at: now) }
}

struct StreamReceptionTests {
    /// What should have come, and what came for the first time.
    private func counted(_ sequences: [UInt16]) -> (expected: Int, distinct: Int) {
        let stream = Told(first: sequences[0])
        var counts = (expected: 0, distinct: 0)
        for sequence in sequences {
            switch stream.arrived(sequence) {
            case .new(let count): counts = (counts.expected + count, counts.distinct + 1)
            case .late: counts.distinct += 1
            case .repeated: break
            }
        }
        return counts
    }

    @Test(
        arguments: [
            ([5, 6, 7], 3, 3), ([5, 7], 3, 2), ([5, 7, 6], 3, 3), ([65_534, 65_535, 0, 1], 4, 4), ([65_535, 1], 3, 2),
            ([0, 32_767], 32_768, 2),
            ([5, 5], 1, 1), ([5, 7, 6, 6, 5, 7], 3, 3), ([65_535, 1, 0, 0, 65_535], 3, 3), ([0, 1, 0], 2, 2),
        ] as [([UInt16], Int, Int)])
    func countsEachNumberOnce(_ sequences: [UInt16], _ expected: Int, _ distinct: Int) {
        #expect(counted(sequences) == (expected, distinct))
    }

    /// What is remembered ends after 1,024 numbers: what is older counts as known.
    @Test func whatIsTooOldToTellIsNotNew() {
        let stream = Told(first: 100)
        #expect(stream.arrived(100) == .new(1))
        #expect(stream.arrived(1_300) == .new(1_200))
        #expect(stream.arrived(1_300 - 1_024) == .repeated)
        #expect(stream.arrived(1_300 - 1_023) == .late)
    }

    /// Every slot of the window forgets what stood there a turn before.
    @Test func theWindowMovesOn() {
        let stream = Told(first: 0)
        for number in 0..<UInt16(5_000) {
            #expect(stream.arrived(number) == .new(1))
            #expect(stream.arrived(number) == .repeated)
        }
    }

    /// RFC 3550 §A.3: since the report before, in 1/256; what came by another stream is not taken for received.
    @Test func reportsTellWhatWasLostSinceTheLastOne() {
        let stream = Told(first: 65_535)
        for number in [65_535, 0, 2, 3] as [UInt16] { _ = stream.arrived(number) }
        #expect(stream.restored(1) == .late)
        var report = stream.report(at: 0)
        #expect(report.fractionLost == 51 && report.cumulativeLost == 1 && report.highestSequenceNumber == 65_539)
        for number in [4, 5] as [UInt16] { _ = stream.arrived(number) }
        report = stream.report(at: 0)
        #expect(report.fractionLost == 0 && report.cumulativeLost == 1 && report.highestSequenceNumber == 65_541)
    }

    /// RFC 3550 §6.4.1 and §A.8: 90 ticks a millisecond; packets that are 1 ms early and late in turn settle at that.
    @Test func reportsTellOfJitterAndOfTheLastSenderReport() {
        let stream = Told(first: 0)
        for number in 0..<UInt16(400) {
            let due = Int64(number) * 20_000_000
            let late: Int64 = number.isMultiple(of: 2) ? 0 : 1_000_000
            _ = stream.arrived(number, timestamp: UInt32(number) * 1_800, at: due + late)
        }
        #expect((80...90).contains(stream.report(at: 0).jitterTicks))
        #expect(stream.report(at: 5).lastSenderReport == 0 && stream.report(at: 5).delaySinceLastSenderReport == 0)
        stream.senderReportArrived(NTPTime(0x1111_2222_3333_4444), at: 1_000_000_000)
        let report = stream.report(at: 1_500_000_000)
        #expect(report.lastSenderReport == 0x2222_3333 && report.delaySinceLastSenderReport == 32_768)
    }
}
