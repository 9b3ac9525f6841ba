import RTP
import Testing

@testable import LoadGenerator

/// A list that `#expect` may tell things.
private final class Told {
    private(set) var list = MissingPackets()

    func lost(_ count: Int, before sequence: UInt16, at now: Int64) { list.lost(count, before: sequence, at: now) }
    func arrived(_ sequence: UInt16) -> MissingPackets.Missing? { list.arrived(sequence) }
    /// A round trip takes 100 ns.
    func due(at now: Int64) -> [UInt16] {
        var numbers: ContiguousArray<SequenceNumber> = []
        list.takeDue(at: now, every: 100, into: &numbers)
        return numbers.map(\.rawValue)
    }
}

struct MissingPacketsTests {

    @Test func aGapIsAskedForAtOnceAndThenEachRoundTrip() {
        let missing = Told()
        missing.lost(2, before: 1, at: 1_000)
        #expect(missing.list.nextDue == 1_000 && missing.due(at: 1_000) == [65_535, 0])
        #expect(missing.list.nextDue == 1_100 && missing.due(at: 1_099) == [])
        #expect(missing.arrived(65_535)?.tries == 1 && missing.arrived(65_535) == nil)
        #expect(missing.due(at: 1_100) == [0])
        #expect(missing.arrived(0) == .init(sequence: 0, found: 1_000, asked: 1_100, tries: 2) && missing.list.nextDue == .max)
    }

    @Test func nothingIsAskedForMoreThanTenTimes() {
        let missing = Told()
        missing.lost(1, before: 8, at: 0)
        var asked = 0
        for now in stride(from: Int64(0), through: 5_000, by: 50) { asked += missing.due(at: now).count }
        #expect(asked == 10 && missing.list.count == 0 && missing.list.abandoned == 1 && missing.list.nextDue == .max)
    }

    /// More than the list holds is not asked for, nor what it held before.
    @Test func theListIsBounded() {
        let missing = Told()
        missing.lost(MissingPackets.capacity, before: 1_000, at: 0)
        #expect(missing.list.count == MissingPackets.capacity)
        missing.lost(1, before: 1_002, at: 0)
        #expect(missing.list.count == 0 && missing.list.abandoned == UInt64(MissingPackets.capacity) + 1 && missing.due(at: 10) == [])
        missing.lost(MissingPackets.capacity + 1, before: 5_000, at: 0)
        #expect(missing.list.count == 0)
    }
}
