// sources: Sources/RTP Sources/SFU/Parameters Sources/SFU/Buffers Sources/SFU/Congestion/BitrateAllocator.swift
// sources: Sources/SFU/Congestion/BandwidthEstimate.swift Sources/SFU/Congestion/Prober.swift Sources/SFU/Ingress/NackGenerator.swift
// sources: Sources/SFU/Egress/EgressPacket.swift Sources/SFU/Egress/Pacer.swift Sources/SFU/Egress/StreamRewriter.swift
// sources: Sources/SFU/Egress/TemporalFilter.swift
import RTP

@testable import SFU

/// Any layers under any budget: the sum is right, stays within the budget and its two named allowances, and what is chosen exists.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    let mode = source.byte()
    let budget = mode & 3 == 0 ? nil : Int(source.uint32() >> UInt32(mode >> 4))
    var slots: ContiguousArray<AllocatorSlot> = []
    while !source.isEmpty, slots.count < 64 { slots.append(slot(&source)) }
    let givesLowest = mode & 4 != 0
    let (used, wanted) = BitrateAllocator.allocate(&slots, budget: budget, givesLowest: givesLowest)

    var given = 0
    var allowance = 0
    var lowest = 0
    for slot in slots {
        given += slot.chosenRate
        if slot.layerCount > 0 { lowest += slot.layers[0].rate }
        for i in 0..<slot.layerCount {
            for rate in (0...slot.layers[i].topTemporal).map({ slot.layers[i].rates[$0] }) { allowance = max(allowance, rate / 8) }
        }
        if slot.layerCount > 0 { allowance = max(allowance, slot.layers[0].rates[0] / 2 + 1) }
        guard let chosen = slot.chosen else { continue }
        precondition(chosen < slot.layerCount && slot.chosenTemporal <= slot.layers[chosen].topTemporal, "a layer that there is")
    }
    precondition(used == given, "the sum of what was given")
    if let budget {
        precondition(used <= max(budget + allowance, givesLowest ? lowest + allowance : 0), "within the budget and its allowances")
    } else {
        precondition(wanted == nil && slots.allSatisfy { $0.layerCount == 0 || $0.chosen == $0.layerCount - 1 }, "no bound: all the best")
    }
    precondition(wanted.map { $0 >= used } ?? true, "more is wanted, not less")
    return 0
}

/// Layers whose rates rise with each temporal and each spatial step, as encoders make them, by steps of anything down to nothing.
private func slot(_ source: inout NumberSource) -> AllocatorSlot {
    var slot = AllocatorSlot()
    slot.priority = source.byte()
    let shape = source.byte()
    slot.layerCount = min(8, Int(shape & 15))
    if slot.layerCount > 0, shape & 16 != 0 { slot.current = Int(shape >> 5) % slot.layerCount }
    var rate = 0
    for i in 0..<slot.layerCount {
        slot.layers[i].encoding = i
        slot.layers[i].topTemporal = Int(source.byte() & 3)
        slot.layers[i].isCut = source.byte() & 1 == 1
        for temporal in 0..<4 {
            let number = source.uint16()
            if temporal <= slot.layers[i].topTemporal { rate += Int(number & 0xFFF) << Int(number >> 12) }
            slot.layers[i].rates[temporal] = rate
        }
    }
    return slot
}
