import Testing

@testable import LoadGenerator

@Suite struct LoadRunTests {
    @Test func aClosedLoopNeverHasMoreUnderWayThanItMay() throws {
        var underWay = 0
        var most = 0
        var waiting: [(Bool) -> Void] = []
        let figures = LoadRun(try EventPoll()).run(.closed(atOnce: 3), .count(10)) { number, done in
            underWay += 1
            most = max(most, underWay)
            waiting.append(done)
            // The last of each three ends them all.
            guard waiting.count == 3 || number == 9 else { return }
            underWay -= waiting.count
            let ended = waiting
            waiting = []
            for end in ended { end(true) }
        }
        #expect(figures.completed == 10 && figures.failed == 0)
        #expect(most == 3)
    }

    @Test func failuresAreCountedAndNotTimed() throws {
        let figures = LoadRun(try EventPoll()).run(.closed(atOnce: 1), .count(4)) { number, done in done(number % 2 == 0) }
        #expect(figures.completed == 2 && figures.failed == 2)
        #expect(figures.p99 > 0 && figures.perSecond > 0)
    }

    @Test func anOpenLoopHasItsOwnClock() {
        #expect(LoadRun.due(0, 5, 1000) == 5)
        #expect(LoadRun.due(3, 5, 1000) == 3_000_005)
    }
}
