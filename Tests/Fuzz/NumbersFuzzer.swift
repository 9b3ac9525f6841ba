// sources: Sources/RTP
import RTP

/// Arithmetic never traps, and unwrapping keeps its promises, whatever the peer sends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    unwrapSequence(&source)
    unwrapTimestamps(&source)
    times(&source)
    return 0
}

private func unwrapSequence(_ source: inout NumberSource) {
    var unwrapper = SequenceUnwrapper()
    for _ in 0..<Int(source.byte()) where !source.isEmpty {
        let number = SequenceNumber(source.uint16())
        let highest = unwrapper.highest
        let unwrapped = unwrapper.unwrap(number)
        precondition(unwrapped.sequenceNumber == number && unwrapped.rawValue >= 32_768, "the low bits stay, and nothing goes below zero")
        if let highest {
            precondition((-32_768...32_767).contains(unwrapped.distance(from: highest)), "within half a circle of the highest")
            precondition(unwrapper.highest == max(highest, unwrapped), "the highest is the highest")
        }
    }
}

private func unwrapTimestamps(_ source: inout NumberSource) {
    var unwrapper = TimestampUnwrapper()
    for _ in 0..<Int(source.byte()) where !source.isEmpty {
        let timestamp = RTPTimestamp(source.uint32())
        let unwrapped = unwrapper.unwrap(timestamp)
        precondition(UInt32(truncatingIfNeeded: unwrapped) == timestamp.rawValue && unwrapped >= 1 << 31, "the low bits stay")
    }
}

private func times(_ source: inout NumberSource) {
    let a = Instant(nanoseconds: source.int64())
    let b = Instant(nanoseconds: source.int64())
    precondition((a.nanoseconds(since: b) > 0) == (a > b), "order and difference agree")
    _ = a + .nanoseconds(b.nanoseconds)
    _ = a - .nanoseconds(b.nanoseconds)
    _ = AbsSendTime(a).nanoseconds(since: AbsSendTime(b))

    let ntp = NTPTime(UInt64(bitPattern: source.int64()))
    let other = NTPTime(unixNanoseconds: source.int64())
    _ = ntp.nanoseconds(since: other)
    _ = ntp.advanced(byNanoseconds: a.nanoseconds)
    if let roundTrip = NTPTime.roundTrip(arrival: ntp, lastReport: source.uint32(), delay: source.uint32()) {
        precondition(roundTrip >= .zero && roundTrip <= .seconds(60), "round trips are sane")
    }
    _ = NTPTime.shortFormat(.nanoseconds(a.nanoseconds))
    let rate = DataRate(bitsPerSecond: Int(source.int64()))
    _ = rate.bytes(in: .nanoseconds(b.nanoseconds))
    _ = rate.time(toSend: Int(source.uint32()))
    _ = rate * Double(source.uint32())
}
