// sources: Sources/RTP Sources/SFU/Parameters Sources/SFU/Buffers Sources/SFU/Congestion/BitrateAllocator.swift
// sources: Sources/SFU/Congestion/BandwidthEstimate.swift Sources/SFU/Congestion/Prober.swift Sources/SFU/Ingress/NackGenerator.swift
// sources: Sources/SFU/Egress/EgressPacket.swift Sources/SFU/Egress/Pacer.swift Sources/SFU/Egress/StreamRewriter.swift
// sources: Sources/SFU/Egress/TemporalFilter.swift
import RTP

@testable import SFU

/// Losses in any order: only what is missing is asked for, lowest first, no number more than ten times nor twice in 20 ms.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    var nacks = NackGenerator()
    var asked = Asked()
    var now = Int64(source.uint32()) * 1_000
    var highest = UInt64(source.uint16()) + 65_536
    _ = nacks.received(highest, at: Instant(nanoseconds: now))
    while !source.isEmpty {
        let operation = source.byte()
        now += Int64(operation >> 4) * Int64(operation >> 4) * 1_000_000
        let time = Instant(nanoseconds: now)
        switch operation & 7 {
        case 0...2:
            highest += UInt64(source.byte() % 16)
            if nacks.received(highest, at: time) == .beyondRepair { asked = Asked() }
            asked.received.insert(highest)
        case 3:
            let late = highest - min(highest, UInt64(source.uint16()))
            _ = nacks.received(late, at: time)
            asked.received.insert(late)
        case 4:
            // A leap; one too large for the list is for a keyframe.
            let gap = UInt64(source.uint16() % 1_200)
            let room = NackGenerator.capacity - nacks.count
            highest += gap + 1
            let outcome = nacks.received(highest, at: time)
            precondition((outcome == .beyondRepair) == (gap > UInt64(room)), "beyond repair is what does not fit")
            precondition(outcome == .nothing || nacks.count == 0, "and then nothing is asked for")
        case 5: nacks.keyframeStarted(at: highest - min(highest, UInt64(source.byte())))
        case 6: asked.check(&nacks, room: 1 + Int(source.byte() % 128), roundTrip: source.roundTrip(), highest, at: time)
        default:
            guard source.byte() == 0 else { break }
            nacks.reset()
            asked = Asked()
            _ = nacks.received(highest, at: time)
        }
        precondition(nacks.count >= 0 && nacks.count <= NackGenerator.capacity, "the list is bounded")
        precondition((nacks.nextDeadline == nil) == (nacks.count == 0), "something missing has a time")
    }
    return 0
}

private struct Asked {
    var received: Set<UInt64> = []
    private var times: [UInt16: (count: Int, last: Int64)] = [:]

    mutating func check(_ nacks: inout NackGenerator, room: Int, roundTrip: Int64?, _ highest: UInt64, at now: Instant) {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: room) { numbers in
            let before = nacks.count
            let (written, _) = nacks.takeDue(at: now, roundTrip: roundTrip, into: numbers)
            precondition(written <= min(room, before) && nacks.count <= before, "no more than there is room for")
            for i in 0..<written {
                precondition(i == 0 || SequenceNumber(numbers[i]).isNewer(than: SequenceNumber(numbers[i - 1])), "lowest first")
                let number = highest - UInt64(UInt16(truncatingIfNeeded: highest) &- numbers[i])
                precondition(!received.contains(number), "it is here")
                let known = times[numbers[i]]
                precondition(known.map { now.nanoseconds - $0.last >= NackGenerator.minimumInterval } ?? true, "not twice in 20 ms")
                times[numbers[i]] = ((known?.count ?? 0) + 1, now.nanoseconds)
            }
            guard written < room else { return }
            precondition(nacks.nextDeadline.map { $0 > now } ?? true, "what was due has been asked for")
        }
    }
}

extension NumberSource {
    fileprivate mutating func roundTrip() -> Int64? {
        let byte = self.byte()
        return byte < 64 ? nil : Int64(byte) * Int64(byte) * Int64(byte) * 4_000
    }
}
