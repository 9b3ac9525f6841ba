import Testing

@testable import LoadGenerator

/// A schedule that `#expect` may ask.
private final class Asked {
    private var schedule = FeedbackSchedule()
    func begin(at now: Int64, seed: UInt32) { schedule.begin(at: now, seed: seed) }
    func isDue(at now: Int64) -> Bool { schedule.isDue(at: now) }
}

struct FeedbackScheduleTests {
    @Test func onceASecondFromAPhaseOfItsOwn() {
        let schedule = Asked()
        #expect(!schedule.isDue(at: .max - 1))
        schedule.begin(at: 5, seed: 0)
        #expect(schedule.isDue(at: 5) && !schedule.isDue(at: 1_000_000_004) && schedule.isDue(at: 1_000_000_005))
    }

    @Test func neighboursAreSpread() {
        let phases = (0..<UInt32(100)).map { seed in
            var schedule = FeedbackSchedule()
            schedule.begin(at: 0, seed: 40_000 + seed)
            return schedule.next
        }
        #expect(phases.allSatisfy { (0..<FeedbackSchedule.interval).contains($0) })
        for tenth in 0..<Int64(10) {
            #expect((5...15).contains(phases.count { $0 / (FeedbackSchedule.interval / 10) == tenth }))
        }
    }

    /// After a stall there is one report, not many.
    @Test func whatWasMissedIsNotMadeUpFor() {
        let schedule = Asked()
        schedule.begin(at: 0, seed: 0)
        #expect(schedule.isDue(at: 0) && schedule.isDue(at: 9_500_000_000))
        #expect(schedule.isDue(at: 9_500_000_000) && !schedule.isDue(at: 9_500_000_001))
    }
}
