import Testing

@testable import SFU

@Suite("The table of SSRCs")
struct SSRCTableTests {
    // Guard: `latest` in `remove`, without which the hit before is still remembered.
    @Test("What was asked for last and is taken out is not in it any more")
    func removedAfterAHit() {
        var table = SSRCTable(capacity: 4)
        for ssrc in [1, 2, 3] as [UInt32] { table.insert(ssrc) }
        let wasThere = table.contains(2)
        let isTakenOut = table.remove(2)
        let isStillThere = table.contains(2)
        #expect(wasThere && isTakenOut && !isStillThere)
        let others = [table.contains(1), table.contains(3)]
        #expect(others == [true, true])
    }

    @Test("The last one that is taken out leaves nothing, and what comes again has its place")
    func empty() {
        var table = SSRCTable(capacity: 1)
        table.insert(7)
        let became = [table.isFull, table.remove(7), table.isFull]
        #expect(became == [true, true, false])
        let gone = [table.remove(7), table.contains(7)]
        #expect(gone == [false, false])
        table.insert(7)
        let isThere = table.contains(7)
        #expect(isThere)
    }
}
