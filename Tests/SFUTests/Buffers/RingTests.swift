import Testing

@testable import SFU

@Suite struct RingTests {
    @Test func growsAndKeepsOrderAcrossTheSeam() {
        var ring = Ring<Int>(limit: 64)
        for i in 0..<10 { #expect(ring.append(i) == true) }
        for i in 0..<8 { #expect(ring.popFirst() == i) }
        // Twelve more lie across the end of the block of sixteen, then the block grows with them in it.
        for i in 10..<40 { #expect(ring.append(i) == true) }
        for i in 8..<40 { #expect(ring.popFirst() == i) }
        #expect(ring.popFirst() == nil)
    }

    @Test func refusesWhatIsBeyondItsLimit() {
        var ring = Ring<Int>(limit: 16)
        for i in 0..<16 { #expect(ring.append(i) == true) }
        #expect(ring.append(16) == false)
        #expect(ring.count == 16)
        ring.removeFirst(3)
        #expect(ring.append(16) == true)
        #expect(ring[0] == 3)
        #expect(ring[13] == 16)
        ring.removeAll()
        #expect(ring.count == 0)
    }
}
