// sources: Sources/RTP Sources/SFU/Parameters Sources/SFU/Buffers Sources/SFU/Congestion/BitrateAllocator.swift
// sources: Sources/SFU/Congestion/BandwidthEstimate.swift Sources/SFU/Congestion/Prober.swift Sources/SFU/Ingress/NackGenerator.swift
// sources: Sources/SFU/Egress/EgressPacket.swift Sources/SFU/Egress/Pacer.swift Sources/SFU/Egress/StreamRewriter.swift
// sources: Sources/SFU/Egress/TemporalFilter.swift
import RTP

@testable import SFU

/// A ring is an array with an end, whatever is done to it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    var ring = Ring<UInt16>(limit: 1 << Int(source.byte() % 9))
    var model: [UInt16] = []
    while !source.isEmpty {
        switch source.byte() % 8 {
        case 0...3:
            let value = source.uint16()
            let fits = model.count < ring.limit
            precondition(ring.append(value) == fits, "full is full, and room is room")
            if fits { model.append(value) }
        case 4: precondition(ring.popFirst() == (model.isEmpty ? nil : model.removeFirst()), "first in, first out")
        case 5:
            let count = min(Int(source.byte()), model.count)
            ring.removeFirst(count)
            model.removeFirst(count)
        case 6:
            guard !model.isEmpty else { break }
            let index = Int(source.byte()) % model.count
            ring[index] = source.uint16()
            model[index] = ring[index]
        default:
            guard source.byte() < 8 else { break }
            ring.removeAll()
            model.removeAll()
        }
        precondition(ring.count == model.count && ring.isEmpty == model.isEmpty && ring.first == model.first, "as many, and the same first")
    }
    for index in model.indices { precondition(ring[index] == model[index], "and the same all through") }
    return 0
}
