// sources: Sources/RTP Sources/SFU/Parameters Sources/SFU/Buffers Sources/SFU/Congestion/BitrateAllocator.swift
// sources: Sources/SFU/Congestion/BandwidthEstimate.swift Sources/SFU/Congestion/Prober.swift Sources/SFU/Ingress/NackGenerator.swift
// sources: Sources/SFU/Egress/EgressPacket.swift Sources/SFU/Egress/Pacer.swift Sources/SFU/Egress/StreamRewriter.swift
// sources: Sources/SFU/Egress/TemporalFilter.swift
import RTP

@testable import SFU

/// Any packets in any order: what the store answers is what was put in under that number, and a keyframe's run has no hole. Beside it the
/// history of a slot: only the packet asked for, three times at most, never twice within a round trip.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    let store = PacketStore(byteCapacity: 512 + Int(source.uint16() % 8_192), indexCapacity: 16 << Int(source.byte() & 3))
    var kept: [UInt64: UInt16] = [:]
    var history = RepairHistory()
    var resent = Resent()
    var now: Int64 = 0
    var highest = UInt64(source.uint16())
    while !source.isEmpty {
        let operation = source.byte()
        now += Int64(operation >> 3) * 1_000_000
        switch operation & 7 {
        case 0...3:
            highest += UInt64(operation & 7)
            insert(highest, &source, now, into: store, &kept)
        case 4: insert(highest - min(highest, UInt64(source.byte())), &source, now, into: store, &kept)
        case 5:
            highest += UInt64(source.uint32())
            insert(highest, &source, now, into: store, &kept)
        case 6: resent.record(source.uint16() % 2_048, in: &history, at: now)
        default: resent.ask(source.uint16() % 2_048, of: &history, at: now, roundTrip: Int64(source.byte()) * 1_000_000)
        }
        if source.isEmpty { break }
        _ = check(store, highest - min(highest, UInt64(operation)), kept)
        guard let run = store.keyframeRun(at: Instant(nanoseconds: now)) else { continue }
        precondition(run.upperBound == store.highest && run.count <= store.indexCapacity, "to the newest, and no longer than the index")
        for sequence in run { precondition(check(store, sequence, kept), "all of it is here") }
        precondition(store.packet(run.lowerBound)?.traits.contains(.keyframeStart) == true, "from a keyframe's first packet")
    }
    for sequence in kept.keys { _ = check(store, sequence, kept) }
    return 0
}

private func insert(_ sequence: UInt64, _ source: inout NumberSource, _ now: Int64, into store: PacketStore, _ kept: inout [UInt64: UInt16])
{
    var packet = StoredPacket()
    let shape = source.uint16()
    packet.sequence = sequence
    packet.length = 1 + shape % 1_500
    packet.arrival = now
    // A number's packet is the same however often it comes, and one that is here is not put in again (`RTPReceiver` sees to that).
    if sequence & 15 == 3 { packet.traits.insert(.keyframeStart) }
    guard store.packet(sequence) == nil else { return }
    let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: Int(packet.length))
    let wasEmpty = store.isEmpty
    let highest = store.highest
    let done = bytes.withUnsafeBytes { $0.baseAddress.map { store.insert(packet, from: $0) } ?? false }
    let reaches = wasEmpty || sequence + UInt64(store.indexCapacity) > highest
    precondition(done == (reaches && bytes.count <= store.byteCapacity), "kept if within reach")
    guard done else { return }
    kept[sequence] = packet.length
    precondition(check(store, sequence, kept), "what was just put in is there")
}

/// Whether the packet is there; if so its bytes must be its own.
private func check(_ store: PacketStore, _ sequence: UInt64, _ kept: [UInt64: UInt16]) -> Bool {
    guard let packet = store.packet(sequence) else { return false }
    precondition(packet.sequence == sequence && packet.length == kept[sequence], "this packet and no other")
    let bytes = UnsafeRawBufferPointer(start: store.pointer(to: packet), count: Int(packet.length))
    precondition(bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: sequence) }, "and its own bytes")
    return true
}

private struct Resent {
    private var kept: [UInt16: (source: UInt64, times: Int, last: Int64)] = [:]
    private var recorded: UInt64 = 0

    mutating func record(_ sequence: UInt16, in history: inout RepairHistory, at now: Int64) {
        recorded += 1
        history.record(
            SentPacket(
                store: .none, source: recorded, timestamp: 0, sequence: sequence, pictureID: 0, tl0PictureIndex: 0, payloadType: 96,
                rewrites: []), at: now)
        kept = kept.filter { Int($0.key) % history.capacity != Int(sequence) % history.capacity }
        kept[sequence] = (recorded, 0, .min)
    }

    mutating func ask(_ sequence: UInt16, of history: inout RepairHistory, at now: Int64, roundTrip: Int64) {
        let answer = history.resend(sequence, at: now, roundTrip: roundTrip)
        guard var entry = kept[sequence] else { return precondition(answer == nil, "unknown or overwritten") }
        let may = entry.times < Int(RepairHistory.maximumResends) && (entry.last == .min || now - entry.last >= roundTrip)
        precondition((answer != nil) == may, "three times, a round trip apart")
        guard let answer else { return }
        precondition(answer.source == entry.source && answer.sequence == sequence, "the packet last sent under that number")
        entry.times += 1
        entry.last = now
        kept[sequence] = entry
    }
}
