import Testing

@testable import BenchReport

struct CapacitySearchTests {
    /// What the search finds where everything up to `limit` is carried.
    private func search(from start: Int, least: Int = 1, limit: Int) -> (carried: Int, steps: Int) {
        var search = CapacitySearch(start: start, least: least)
        var steps = 0
        while let rate = search.next {
            steps += 1
            search.tried(isCarried: rate <= limit)
        }
        return (search.carried, steps)
    }

    @Test(arguments: [100, 137, 500, 2_000])
    func findsTheLimitToATenth(_ limit: Int) {
        let found = search(from: 100, limit: limit)
        #expect(found.carried <= limit && Double(found.carried) >= Double(limit) * 0.9)
    }

    /// Rooms are few: one more or less is found.
    @Test(arguments: [(2, 2), (2, 3), (2, 5), (4, 5), (4, 11), (2, 13), (4, 3), (4, 1)])
    func fewAreFoundExactly(_ start: Int, _ limit: Int) {
        #expect(search(from: start, limit: limit).carried == limit)
    }

    @Test func whereTheFirstIsNotCarriedItGoesDown() {
        let found = search(from: 100, limit: 45)
        #expect(found.carried <= 45 && found.carried >= 40)
    }

    @Test func nothingCarriedIsZero() {
        #expect(search(from: 100, limit: 0) == (0, 7))
        #expect(search(from: 100, least: 30, limit: 29) == (0, 3))
    }

    @Test func theLowestLoadThatWasMissedIsKnown() {
        var search = CapacitySearch(start: 4)
        while let load = search.next { search.tried(isCarried: load <= 8) }
        #expect(search.carried == 8 && search.refused == 9)
    }

    @Test func theClimbIsBounded() {
        #expect(search(from: 100, limit: .max).steps == 20)
    }
}
