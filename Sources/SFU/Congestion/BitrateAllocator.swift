/// One encoding that a slot could forward.
struct AllocatorLayer: Equatable {
    /// Index in the section.
    var encoding = 0
    /// Bits per second of the temporal layers up to each, the last of them allowed is `topTemporal`.
    var rates = InlineArray<4, Int>(repeating: 0)
    /// The highest temporal layer that exists and the framerate ceiling allows.
    var topTemporal = 0
    /// Forwarding `topTemporal` drops something that is sent.
    var isCut = false
    /// It has more frames than the ceiling allows, and no layer that could be dropped.
    var isTooFast = false

    var rate: Int { rates[topTemporal] }

    static func == (a: Self, b: Self) -> Bool {
        a.encoding == b.encoding && a.topTemporal == b.topTemporal && a.isCut == b.isCut && a.isTooFast == b.isTooFast
            && a.rates[0] == b.rates[0]
            && a.rates[1] == b.rates[1] && a.rates[2] == b.rates[2] && a.rates[3] == b.rates[3]
    }
}

/// A slot that wants video: what it could forward, lowest first, and what it got.
struct AllocatorSlot {
    var priority: UInt8 = 100
    var layers = InlineArray<8, AllocatorLayer>(repeating: AllocatorLayer())
    var layerCount = 0
    /// Bit per encoding above all `layers` that may be forwarded, was asked for, and does not come.
    var missed: UInt8 = 0
    /// Position in `layers` of what is being forwarded now; `nil` for nothing.
    var current: Int?

    /// The answer: position in `layers`, `nil` for nothing.
    var chosen: Int?
    var chosenTemporal = 0

    var chosenRate: Int { chosen.map { layers[$0].rates[chosenTemporal] } ?? 0 }
}

/// Shares a receiver's bandwidth among its video slots. Pure.
///
/// Everyone first gets the lowest layer, in order of priority; then, priority by priority, slots climb one step each in turn while it fits. To
/// climb above what is forwarded now, a tenth more room is asked for, and what is forwarded now may be an eighth more than there is room for,
/// so that the picture does not flap with the encoder's rate; a lower budget takes effect at once. The lowest layer's base is sent even where only half of it is known to fit: a wrong estimate must not be a black tile.
enum BitrateAllocator {
    /// - Parameters:
    ///   - budget: bit/s for video; `nil` has no bound.
    ///   - givesLowest: the budget is only a guess so far: everybody gets the lowest layer whatever the sum.
    ///   - keepsPresent: what is forwarded now may be an eighth more than there is room for. Not where a queue was just seen: it has to drain.
    /// - Returns: what was given away, and the total that the first refused step would have needed.
    static func allocate(
        _ slots: inout ContiguousArray<AllocatorSlot>, budget: Int?, givesLowest: Bool = false, keepsPresent: Bool = true
    ) -> (used: Int, wanted: Int?) {
        let budget = budget ?? .max
        var used = 0
        var missing: Int?
        for i in slots.indices {
            slots[i].chosen = nil
            slots[i].chosenTemporal = 0
        }
        var priority = nextPriority(below: 256, in: slots)
        while let level = priority {
            for i in slots.indices where Int(slots[i].priority) == level && slots[i].layerCount > 0 {
                giveLowest(&slots[i], used: &used, budget: budget, always: givesLowest, missing: &missing)
            }
            priority = nextPriority(below: level, in: slots)
        }
        priority = nextPriority(below: 256, in: slots)
        while let level = priority {
            var climbed = true
            while climbed {
                climbed = false
                for i in slots.indices where Int(slots[i].priority) == level {
                    if climb(&slots[i], used: &used, budget: budget, keepsPresent: keepsPresent, missing: &missing) { climbed = true }
                }
            }
            priority = nextPriority(below: level, in: slots)
        }
        return (used, missing.map { used + $0 })
    }

    /// Walks the priorities from the highest down without sorting. A closure over `slots` in its place would keep a second reference to them,
    /// and each change would copy them to the heap.
    private static func nextPriority(below: Int, in slots: ContiguousArray<AllocatorSlot>) -> Int? {
        var next = -1
        for i in slots.indices where Int(slots[i].priority) < below && Int(slots[i].priority) > next { next = Int(slots[i].priority) }
        return next >= 0 ? next : nil
    }

    private static func giveLowest(
        _ slot: inout AllocatorSlot, used: inout Int, budget: Int, always: Bool, missing: inout Int?
    ) {
        let layer = slot.layers[0]
        var temporal = layer.topTemporal
        while temporal > 0, !always, layer.rates[temporal] > budget - used { temporal -= 1 }
        let rate = layer.rates[temporal]
        guard always || rate <= budget - used || (temporal == 0 && budget - used >= rate / 2) else {
            if missing == nil { missing = rate }
            return
        }
        slot.chosen = 0
        slot.chosenTemporal = temporal
        used += rate
    }

    /// One step up: all temporal layers of the present encoding, then the next encoding.
    private static func climb(
        _ slot: inout AllocatorSlot, used: inout Int, budget: Int, keepsPresent: Bool, missing: inout Int?
    ) -> Bool {
        guard let chosen = slot.chosen else { return false }
        let layer = slot.layers[chosen]
        let nextLayer: Int
        let nextTemporal: Int
        if slot.chosenTemporal < layer.topTemporal {
            nextLayer = chosen
            nextTemporal = slot.chosenTemporal + 1
        } else if chosen + 1 < slot.layerCount {
            nextLayer = chosen + 1
            nextTemporal = slot.layers[nextLayer].topTemporal
        } else {
            return false
        }
        let step = max(0, slot.layers[nextLayer].rates[nextTemporal] - slot.chosenRate)
        let isAbovePresent = slot.current.map { nextLayer > $0 } ?? false
        let margin = isAbovePresent ? slot.layers[nextLayer].rates[nextTemporal] / 10 : 0
        let slack = keepsPresent && slot.current.map { nextLayer <= $0 } ?? false ? slot.layers[nextLayer].rates[nextTemporal] / 8 : 0
        guard step - slack <= budget - used, step + margin <= budget - used || slack > 0 else {
            if missing == nil { missing = step + margin }
            return false
        }
        slot.chosen = nextLayer
        slot.chosenTemporal = nextTemporal
        used += step
        return true
    }
}
