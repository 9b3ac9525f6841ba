// sources: Sources/RTP Sources/SFU/Parameters Sources/SFU/Buffers Sources/SFU/Congestion/BitrateAllocator.swift
// sources: Sources/SFU/Congestion/BandwidthEstimate.swift Sources/SFU/Congestion/Prober.swift Sources/SFU/Ingress/NackGenerator.swift
// sources: Sources/SFU/Egress/EgressPacket.swift Sources/SFU/Egress/Pacer.swift Sources/SFU/Egress/StreamRewriter.swift
// sources: Sources/SFU/Egress/TemporalFilter.swift
import RTP

@testable import SFU

/// Any reports from a receiver: the estimate stays between its least and its greatest, falls only when a decrease is counted, and a probe never
/// aims at more than three times the estimate nor sends more than sixteen packets at a time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    var bandwidth = BandwidthEstimate()
    var prober = Prober()
    var now = Int64(source.uint32()) * 1_000_000
    while !source.isEmpty {
        let operation = source.byte()
        now += Int64(operation >> 4) * Int64(operation >> 4) * 4_000_000
        let time = Instant(nanoseconds: now)
        let before = bandwidth.budget
        let decreases = bandwidth.decreases
        switch operation & 7 {
        case 0, 1: bandwidth.rembReceived(Int(source.uint32() >> 6), sent: source.rate(), at: time)
        // A peer may write any 63 bits.
        case 2: bandwidth.rembReceived(Int(source.int64() & .max), sent: source.rate(), at: time)
        case 3, 4:
            let expected = Int(source.uint16())
            let lost = min(expected, Int(source.byte()) * expected / 256)
            // NTPTime.roundTrip answers 0…60 s.
            let roundTrip = source.byte()
            bandwidth.reportReceived(
                expected: expected, lost: lost, roundTrip: roundTrip == 0 ? nil : Int64(roundTrip) * Int64(roundTrip) * 920_000,
                sent: source.rate(), at: time)
        case 5:
            prober.want(source.rate(), sending: source.rate(), estimate: bandwidth.budget, decreases: bandwidth.decreases, at: time)
            precondition(prober.target <= BandwidthEstimate.maximum * Prober.maximumStep, "no wild target")
        case 6:
            let due = prober.packetsDue(at: time)
            precondition((0...16).contains(due), "not more at a time")
            precondition(prober.nextDeadline.map { $0 > time || due == 16 } ?? true, "no spinning")
            if prober.wantsReport { prober.reportSent(UInt32(operation)) }
        default:
            prober.look(decreases: bandwidth.decreases, at: time)
            let verdict = prober.reportAnswered(
                UInt32(source.byte()), roundTrip: Int64(source.byte()) * 1_000_000, minimum: bandwidth.minimumRoundTrip,
                decreases: bandwidth.decreases, at: time)
            if case .succeeded(let rate) = verdict { bandwidth.probeSucceeded(at: rate) }
        }
        let range = BandwidthEstimate.minimum...BandwidthEstimate.maximum
        precondition(bandwidth.value.map { range.contains($0) } ?? true, "within its bounds")
        precondition(bandwidth.budget >= before || bandwidth.decreases > decreases, "a fall is a decrease")
        precondition(bandwidth.minimumRoundTrip.map { $0 >= 0 } ?? true, "no negative way")
    }
    return 0
}

extension NumberSource {
    /// Bits per second as our own meters may say: up to some gigabits.
    fileprivate mutating func rate() -> Int { Int(uint16()) << Int(byte() & 15) }
}
