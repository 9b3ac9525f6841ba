import Testing

@testable import SFU

@Suite struct BitrateAllocatorTests {
    /// A slot whose layers cost these rates; `current` is the position forwarded now.
    private func slot(_ rates: [Int], priority: UInt8 = 100, current: Int? = nil, temporal: [Double] = [1]) -> AllocatorSlot {
        var slot = AllocatorSlot()
        slot.priority = priority
        slot.current = current
        slot.layerCount = rates.count
        for (i, rate) in rates.enumerated() {
            slot.layers[i].encoding = i
            slot.layers[i].topTemporal = temporal.count - 1
            for (t, share) in temporal.enumerated() { slot.layers[i].rates[t] = Int(Double(rate) * share) }
        }
        return slot
    }

    private func allocate(_ slots: [AllocatorSlot], _ budget: Int?) -> (chosen: [Int?], used: Int, wanted: Int?) {
        var slots = ContiguousArray(slots)
        let (used, wanted) = BitrateAllocator.allocate(&slots, budget: budget)
        return (slots.map(\.chosen), used, wanted)
    }

    private let ladder = [150, 500, 1_700]

    @Test func withoutABudgetEverybodyGetsTheBest() {
        let result = allocate([slot(ladder), slot(ladder)], nil)
        #expect(result.chosen == [2, 2])
        #expect(result.wanted == nil)
    }

    @Test func everybodyGetsTheLowestBeforeAnybodyGetsMore() {
        #expect(allocate([slot(ladder), slot(ladder), slot(ladder)], 500).chosen == [0, 0, 0])
        #expect(allocate([slot(ladder), slot(ladder)], 700).chosen == [1, 0], "the earlier climbs first")
        #expect(allocate([slot(ladder), slot(ladder)], 1_000).chosen == [1, 1])
    }

    @Test func screensClimbFirst() {
        #expect(allocate([slot(ladder), slot(ladder, priority: 200)], 2_000).chosen == [0, 2])
    }

    @Test func theLowestIsSentWhereItMightFit() {
        #expect(allocate([slot(ladder)], 80).chosen == [0], "more than half of it is known to fit")
        #expect(allocate([slot(ladder)], 70).chosen == [nil])
    }

    @Test func temporalLayersAreDroppedToFit() {
        var slots: ContiguousArray = [slot([400], temporal: [0.5, 0.7, 1])]
        _ = BitrateAllocator.allocate(&slots, budget: 300)
        #expect(slots[0].chosen == 0 && slots[0].chosenTemporal == 1)
        _ = BitrateAllocator.allocate(&slots, budget: 210)
        #expect(slots[0].chosenTemporal == 0)
        _ = BitrateAllocator.allocate(&slots, budget: 400)
        #expect(slots[0].chosenTemporal == 2)
    }

    @Test func climbingAsksForATenthMoreAndFallingIsAtOnce() {
        #expect(allocate([slot(ladder, current: 0)], 540).chosen == [0])
        #expect(allocate([slot(ladder, current: 0)], 550).chosen == [1])
        #expect(allocate([slot(ladder, current: 1)], 500).chosen == [1], "what is shown needs no margin")
        #expect(allocate([slot(ladder, current: 1)], 445).chosen == [1], "and may be an eighth too much")
        #expect(allocate([slot(ladder, current: 1)], 430).chosen == [0])
    }

    /// `capacity-steps` 1009: a layer that filled the path to the brim stayed, the queue stood, and the picture with it, for 2.5 s.
    @Test func whereAQueueStandsNothingIsKeptBeyondTheBudget() {
        var slots: ContiguousArray = [slot(ladder, current: 1)]
        _ = BitrateAllocator.allocate(&slots, budget: 445)
        #expect(slots[0].chosen == 1)
        _ = BitrateAllocator.allocate(&slots, budget: 445, keepsPresent: false)
        #expect(slots[0].chosen == 0)
        _ = BitrateAllocator.allocate(&slots, budget: 500, keepsPresent: false)
        #expect(slots[0].chosen == 1, "what fits stays")
    }

    @Test func saysWhatTheNextStepNeeds() {
        let result = allocate([slot(ladder, current: 1)], 600)
        #expect(result.chosen == [1])
        #expect(result.wanted == 500 + 1_200 + 170)
    }

    @Test func slotsWithoutLayersGetNothing() { #expect(allocate([slot([]), slot([100])], 1_000).chosen == [nil, 0]) }
}
