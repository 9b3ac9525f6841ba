import Testing

@testable import LoadGenerator

struct CapacitySearchTests {
    /// What the search finds where everything up to `limit` is carried.
    private func search(from start: Int, limit: Int) -> (carried: Int, steps: Int) {
        var search = CapacitySearch(start: start)
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

    @Test func nothingCarriedIsZero() {
        #expect(search(from: 100, limit: 10) == (0, 1))
    }

    @Test func theClimbIsBounded() {
        #expect(search(from: 100, limit: .max).steps == 20)
    }
}
