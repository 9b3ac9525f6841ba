// sources: Sources/RTP Sources/SFU/Parameters Sources/SFU/Buffers Sources/SFU/Congestion/BitrateAllocator.swift
// sources: Sources/SFU/Congestion/BandwidthEstimate.swift Sources/SFU/Congestion/Prober.swift Sources/SFU/Ingress/NackGenerator.swift
// sources: Sources/SFU/Egress/EgressPacket.swift Sources/SFU/Egress/Pacer.swift Sources/SFU/Egress/StreamRewriter.swift
// sources: Sources/SFU/Egress/TemporalFilter.swift
import RTP

@testable import SFU

/// Packets of one source after another, late, lost, dropped on purpose, given up in the queue: no number is sent twice, what came in order goes
/// out without a hole, and a frame is dropped whole or not at all.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    var slot = Slot(&source)
    while !source.isEmpty { slot.step(&source) }
    return 0
}

/// What `RTPSender` and the pacer do with a rewriter, and what they rely on.
private struct Slot {
    private var rewriter: StreamRewriter
    private var temporal = TemporalFilter()
    private var highest: UInt64
    private var timestamp: UInt32
    private var picture: UInt16 = 0
    /// Numbers of the present source that were handed to the rewriter.
    private var seen: Set<UInt64> = []
    /// The first and the newest of them, `nil` before a source began.
    private var first: UInt64?
    private var newest: UInt64 = 0
    private var queue: [SentPacket] = []
    private var sent: Set<UInt64> = []
    /// Numbers in the queue that were the newest when they were given out.
    private var waiting: Set<UInt16> = []
    private var frame: (timestamp: UInt32, passes: Bool)?

    init(_ source: inout NumberSource) {
        rewriter = StreamRewriter(random: UInt64(bitPattern: source.int64()))
        highest = UInt64(source.uint16()) + 65_536
        timestamp = source.uint32()
        begin(&source)
    }

    mutating func step(_ source: inout NumberSource) {
        let operation = source.byte()
        switch operation & 15 {
        case 0...7:
            // The next packet, mostly without loss before it; a high bit begins a frame.
            highest += 1 + UInt64(operation & 15 == 7 ? source.byte() : 0)
            if operation & 0x80 != 0 { nextFrame(&source) }
            arrive(highest, operation)
        case 8, 9: arrive(highest - min(highest, UInt64(source.byte())), operation)
        case 10: arrive(highest - min(highest, UInt64(source.uint16() % 1_024)), operation)
        case 11: temporal.limit = operation & 0x40 != 0 ? .max : (operation >> 4) & 3
        case 12: send(Int(source.byte()))
        case 13: giveUp()
        case 14: begin(&source)
        default: nextFrame(&source)
        }
    }

    private mutating func nextFrame(_ source: inout NumberSource) {
        timestamp &+= UInt32(source.byte()) &* 90 &+ 1
        picture = (picture &+ 1) & 0x7FFF
    }

    /// Another source, with numbers of its own.
    private mutating func begin(_ source: inout NumberSource) {
        highest = UInt64(source.uint16()) + 65_536
        timestamp = source.uint32()
        picture = source.uint16() & 0x7FFF
        seen = []
        first = highest
        newest = highest
        frame = nil
        let before = rewriter.highestSequence
        let packet = packet(highest, 0x20)
        let start = source.uint32()
        rewriter.begin(at: packet, timestamp: start)
        temporal.restart()
        seen.insert(highest)
        precondition(passes(packet), "a keyframe of the base layer always passes")
        guard let mapped = rewriter.map(packet) else { preconditionFailure("a source's first packet goes out") }
        precondition(mapped.sequence == UInt16(truncatingIfNeeded: before + 1) && mapped.timestamp == start, "where the last source ended")
        enqueue(mapped)
    }

    private func packet(_ sequence: UInt64, _ operation: UInt8) -> StoredPacket {
        var packet = StoredPacket()
        packet.sequence = sequence
        packet.timestamp = timestamp
        packet.pictureID = picture
        packet.temporalLayer = UInt8(truncatingIfNeeded: timestamp >> 1) & 3
        packet.traits = [.hasPictureID, .hasTemporalLayer]
        if operation & 0x20 != 0 {
            packet.traits.insert(.keyframe)
            packet.temporalLayer = 0
        }
        if operation & 0x40 != 0 { packet.traits.insert(.layerSync) }
        if operation & 0x10 != 0, operation & 0x20 == 0 { packet.traits.insert(.empty) }
        return packet
    }

    /// The store lets each number through once.
    private mutating func arrive(_ sequence: UInt64, _ operation: UInt8) {
        guard let first, seen.insert(sequence).inserted else { return }
        let packet = packet(sequence, operation)
        let isNext = sequence == newest + 1
        let before = rewriter.highestSequence
        if sequence > newest { newest = sequence }
        guard !packet.traits.contains(.empty), passes(packet) else {
            let open = rewriter.skip(packet)
            if isNext { precondition(open == nil && rewriter.highestSequence == before, "what is dropped in its turn leaves no hole") }
            if let open { enqueue(open, isFiller: true) }
            return
        }
        let mapped = rewriter.map(packet)
        if isNext { precondition(mapped?.sequence == UInt16(truncatingIfNeeded: before + 1), "what comes in order goes out in order") }
        precondition(mapped == nil || sequence >= first, "nothing from before the source began")
        precondition(sequence <= newest && rewriter.highestSequence >= before, "the highest only rises")
        precondition(mapped.map { $0.timestamp == rewriter.outputTimestamp(packet.timestamp) } ?? true, "one shift for all timestamps")
        if let mapped { enqueue(mapped) }
    }

    private mutating func passes(_ packet: StoredPacket) -> Bool {
        let passes = temporal.passes(
            timestamp: packet.timestamp, layer: packet.temporalLayer, layerSync: packet.traits.contains(.layerSync),
            keyframe: packet.traits.contains(.keyframe))
        if let frame, frame.timestamp == packet.timestamp { precondition(frame.passes == passes, "a frame passes whole or not at all") }
        if frame?.timestamp != packet.timestamp {
            precondition(passes || packet.temporalLayer > 0, "the base layer always passes")
            precondition(!passes || packet.temporalLayer <= temporal.limit, "nothing above the limit begins to pass")
        }
        frame = (packet.timestamp, passes)
        return passes
    }

    // MARK: The queue

    private mutating func enqueue(_ mapped: StreamRewriter.Mapped, isFiller: Bool = false) {
        precondition(!sent.contains(extended(mapped.sequence)), "a number that was sent is not given out again")
        precondition(!queue.contains { $0.sequence == mapped.sequence }, "nor one that waits to be sent")
        if mapped.sequence == UInt16(truncatingIfNeeded: rewriter.highestSequence), !isFiller { waiting.insert(mapped.sequence) }
        queue.append(
            SentPacket(
                store: .none, source: 0, timestamp: mapped.timestamp, sequence: mapped.sequence, pictureID: mapped.pictureID,
                tl0PictureIndex: mapped.tl0PictureIndex, payloadType: 96, rewrites: isFiller ? .filler : .pictureID))
    }

    private mutating func send(_ count: Int) {
        for packet in queue.prefix(count) {
            sent.insert(extended(packet.sequence))
            waiting.remove(packet.sequence)
        }
        queue.removeFirst(min(count, queue.count))
    }

    /// What waits is not sent after all; the next source begins at the first number that waited in its turn. A late packet's number lies among
    /// numbers already sent, and going back to it would give those out twice.
    private mutating func giveUp() {
        guard let given = queue.first(where: { waiting.contains($0.sequence) }) else { return }
        queue = []
        waiting = []
        rewriter.rollBack(to: given)
        first = nil
    }

    private func extended(_ sequence: UInt16) -> UInt64 {
        let behind = UInt16(truncatingIfNeeded: rewriter.highestSequence) &- sequence
        return behind < 32_768
            ? rewriter.highestSequence &- UInt64(behind)
            : rewriter.highestSequence &+ UInt64(sequence &- UInt16(truncatingIfNeeded: rewriter.highestSequence))
    }
}
