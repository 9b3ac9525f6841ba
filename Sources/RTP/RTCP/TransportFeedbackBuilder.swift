extension RTCPWriter {
    /// Writes a transport-wide feedback message about up to `count` packets from `base` on. `arrival` is asked, with an index from `base`,
    /// when a packet came (`nil`: not yet); it is asked up to three times for each and must answer the same.
    ///
    /// One message cannot always cover all: the buffer ends, or the gap between two arrivals is over 8.19 s, the reach of a two-byte delta.
    /// Answers how many packets, counted from `base`, it covers; the caller goes on behind them with the next message. 0 when nothing was
    /// written: no room, or none of the packets has come.
    public mutating func transportFeedback(
        sender: SSRC, media: SSRC, base: SequenceNumber, count: Int, feedbackCount: UInt8, arrival: (Int) -> Instant?
    ) -> Int {
        let limit = min(count, 0xFFFF)
        var first = 0
        while first < limit, arrival(first) == nil { first += 1 }
        guard first < limit, let start = arrival(first) else { return 0 }

        let reference = flooredQuotient(start.nanoseconds, by: TransportFeedback.referenceUnit)
        let room = (remaining & ~3) - 20
        let packetStart = writer.offset
        let plan = FeedbackPlan(limit: limit, room: room, reference: reference, arrival: arrival)
        guard plan.covered > first else { return 0 }

        let fits = feedback(.transportLayerFeedback, format: FeedbackFormat.transportFeedback, sender: sender, media: media) { writer in
            writer.write(base.rawValue)
            writer.write(UInt16(truncatingIfNeeded: plan.covered))
            writer.write24(UInt32(truncatingIfNeeded: reference))
            writer.write(feedbackCount)
            plan.write(to: &writer, reference: reference, arrival: arrival)
        }
        guard fits else { return 0 }
        if plan.paddingLength > 0 { writer.bytes[packetStart] |= 0x20 }
        return plan.covered
    }
}

/// How much of the packets goes into one message: a first walk over the arrivals that writes nothing.
private struct FeedbackPlan {
    /// Packets that the message covers.
    private(set) var covered = 0
    private var chunkCount = 0
    private var deltaBytes = 0

    /// Bytes that fill the last word. They are marked with the P bit and their count, as libwebrtc does; the message's own 20 bytes are whole
    /// words, so chunks and deltas alone tell.
    var paddingLength: Int { -(chunkCount * 2 + deltaBytes) & 3 }

    init(limit: Int, room: Int, reference: Int64, arrival: (Int) -> Instant?) {
        var deltas = ArrivalDeltas(reference: reference)
        var encoder = StatusChunkEncoder()
        while covered < limit, let status = deltas.next(arrival(covered)) {
            let pushedOut = encoder.add(status.symbol)
            let chunks = chunkCount + (pushedOut == nil ? 0 : 1)
            let bytes = deltaBytes + Int(status.symbol)
            // What the encoder still holds always ends as one chunk.
            guard (chunks + 1) * 2 + bytes <= room else { break }
            chunkCount = chunks
            deltaBytes = bytes
            covered += 1
        }
        if covered > 0 { chunkCount += 1 }
    }

    /// The second walk: chunks and deltas side by side, then the padding.
    func write(to writer: inout ByteWriter, reference: Int64, arrival: (Int) -> Instant?) {
        let deltasStart = writer.offset + chunkCount * 2
        var deltaWriter = ByteWriter(writer.bytes, offset: deltasStart)
        var deltas = ArrivalDeltas(reference: reference)
        var encoder = StatusChunkEncoder()
        for index in 0..<covered {
            guard let status = deltas.next(arrival(index)) else { break }
            if let chunk = encoder.add(status.symbol) { writer.write(chunk.rawValue) }
            switch status.symbol {
            case 1: deltaWriter.write(UInt8(truncatingIfNeeded: status.delta))
            case 2: deltaWriter.write(UInt16(truncatingIfNeeded: status.delta))
            default: break
            }
        }
        if let chunk = encoder.finished() { writer.write(chunk.rawValue) }
        precondition(writer.offset == deltasStart && !deltaWriter.overflowed, "both walks see the same arrivals")
        writer.advance(to: deltaWriter.offset)
        guard paddingLength > 0 else { return }
        writer.writeZeros(paddingLength - 1)
        writer.write(UInt8(truncatingIfNeeded: paddingLength))
    }
}

/// Arrivals as symbols and deltas. Ticks are taken from the clock, not summed up, so that rounding does not drift.
private struct ArrivalDeltas {
    private var lastTicks: Int64

    init(reference: Int64) { lastTicks = reference * Int64(TransportFeedback.deltasPerReference) }

    /// Symbol and delta of the next packet; `nil` when two bytes cannot hold the delta.
    mutating func next(_ arrival: Instant?) -> (symbol: UInt8, delta: Int64)? {
        guard let arrival else { return (0, 0) }
        let ticks = flooredQuotient(arrival.nanoseconds, by: TransportFeedback.deltaUnit)
        let delta = ticks &- lastTicks
        guard delta >= Int64(Int16.min), delta <= Int64(Int16.max) else { return nil }
        lastTicks = ticks
        return (delta >= 0 && delta <= 255 ? 1 : 2, delta)
    }
}

/// Division that rounds down, also below zero.
private func flooredQuotient(_ value: Int64, by divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
