import RTP
import Testing

@testable import SFU

/// Reports, layers and speakers of all peers are looked at together, so that a thread with hundreds of them sleeps in between.
@Suite("Regular work")
struct RegularWorkTests {
    private static let grain: Int64 = 10_000_000

    /// A camera whose viewers came one after the other, for two seconds in which nothing is sent.
    private func quietRoom(viewers: Int, regularGrain: Int64) throws -> (turns: [Instant], reports: [Int]) {
        let harness = CoreHarness(regularGrain: regularGrain)
        let publisher = try harness.joinCamera(1, ssrc: 1_001)
        let keyframe: [UInt8] = [0x10, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00]
        harness.send(RTPDraft(ssrc: 1_001, type: 96, sequence: 1, timestamp: 3_000, payload: keyframe), from: publisher)
        let clients = try (0..<viewers).map { number in
            harness.pass(.microseconds(7_137))
            return try harness.joinViewer(UInt64(10 + number), ssrc: UInt32(2_000 + 10 * number))
        }
        harness.pass(.milliseconds(1_300))
        let (turns, reports) = (harness.turns.count, clients.map(\.reports))
        harness.pass(.seconds(2))
        return (Array(harness.turns[turns...]), zip(clients, reports).map { $0.reports - $1 })
    }

    @Test("Is done at common times, and everybody gets as many reports as at their own")
    func gathered() throws {
        let alone = try quietRoom(viewers: 40, regularGrain: 0)
        let together = try quietRoom(viewers: 40, regularGrain: Self.grain)
        #expect(alone.turns.count > 300)
        #expect(Set(together.turns).count <= 200)
        #expect(together.turns.allSatisfy { $0.nanoseconds % Self.grain == 0 })
        #expect(alone.reports.allSatisfy { $0 > 0 })
        #expect(zip(alone.reports, together.reports).allSatisfy { abs($0 - $1) <= 1 })
    }

    @Test("Is never done before it is due, on either side of the clock's beginning")
    func neverEarly() {
        var configuration = MediaCoreConfiguration.simulated(seed: 1)
        configuration.regularGrain = Self.grain
        let core = MediaCore(configuration: configuration, at: .zero)
        let times: [(due: Int64, done: Int64)] = [
            (0, 0), (1, 10_000_000), (10_000_000, 10_000_000), (10_000_001, 20_000_000), (-1, 0), (-10_000_001, -10_000_000),
        ]
        for (due, done) in times { #expect(core.gathered(Instant(nanoseconds: due)).nanoseconds == done) }
        #expect(core.gathered(.distantFuture) == .distantFuture && core.gathered(.distantPast) >= .distantPast)
        configuration.regularGrain = 0
        #expect(MediaCore(configuration: configuration, at: .zero).gathered(Instant(nanoseconds: 12_345)).nanoseconds == 12_345)
    }
}
