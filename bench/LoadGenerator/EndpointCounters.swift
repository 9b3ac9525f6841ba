import Synchronization

/// What one endpoint has received. Written by the receive thread alone, read by any.
public final class EndpointCounters: Sendable {
    let packets = Atomic<UInt64>(0)
    let bytes = Atomic<UInt64>(0)
    /// By the sequence numbers seen: what should have come so far.
    let expected = Atomic<UInt64>(0)
    let intact = Atomic<UInt64>(0)
    /// Decrypted, but not the bytes that were sent.
    let altered = Atomic<UInt64>(0)
    let undecryptable = Atomic<UInt64>(0)
    /// Decrypted and without a stamp: padding.
    let unstamped = Atomic<UInt64>(0)
    /// Short ones with the padding bit, which is not encrypted: fillers, which are not forwarded media and not among `packets`.
    let padding = Atomic<UInt64>(0)
    /// Padding on a stream of retransmissions.
    let probes = Atomic<UInt64>(0)
    /// Came a second time, or too late to tell; not among `packets`.
    let repeated = Atomic<UInt64>(0)
    /// Retransmissions on a stream of their own, whatever came of them.
    let retransmissions = Atomic<UInt64>(0)
    /// Came after they had been asked for; among `packets`.
    let repaired = Atomic<UInt64>(0)
    /// Packets that were asked for, each time counted.
    let asked = Atomic<UInt64>(0)
    /// Thrown away to be lost, before any counting.
    let thrownAway = Atomic<UInt64>(0)
    /// RTCP datagrams that came and that were sent.
    let rtcp = Atomic<UInt64>(0)
    let reports = Atomic<UInt64>(0)

    /// A copy at one moment.
    public struct Snapshot: Sendable, Equatable {
        public var packets: UInt64 = 0
        public var bytes: UInt64 = 0
        public var expected: UInt64 = 0
        public var intact: UInt64 = 0
        public var altered: UInt64 = 0
        public var undecryptable: UInt64 = 0
        public var unstamped: UInt64 = 0
        public var padding: UInt64 = 0
        public var probes: UInt64 = 0
        public var repeated: UInt64 = 0
        public var retransmissions: UInt64 = 0
        public var repaired: UInt64 = 0
        public var asked: UInt64 = 0
        public var thrownAway: UInt64 = 0
        public var rtcp: UInt64 = 0
        public var reports: UInt64 = 0

        public init() {}

        public static func - (a: Self, b: Self) -> Self { a.combined(b, &-) }
        public static func + (a: Self, b: Self) -> Self { a.combined(b, &+) }

        private static var fields: [WritableKeyPath<Self, UInt64>] {
            [
                \.packets, \.bytes, \.expected, \.intact, \.altered, \.undecryptable, \.unstamped, \.padding, \.probes, \.repeated,
                \.retransmissions,
                \.repaired, \.asked, \.thrownAway, \.rtcp, \.reports,
            ]
        }

        private func combined(_ other: Self, _ operation: (UInt64, UInt64) -> UInt64) -> Self {
            var sum = self
            for field in Self.fields {
                sum[keyPath: field] = operation(self[keyPath: field], other[keyPath: field])
            }
            return sum
        }
    }

    public var snapshot: Snapshot {
        var copy = Snapshot()
        copy.packets = packets.load(ordering: .relaxed)
        copy.bytes = bytes.load(ordering: .relaxed)
        copy.expected = expected.load(ordering: .relaxed)
        copy.intact = intact.load(ordering: .relaxed)
        copy.altered = altered.load(ordering: .relaxed)
        copy.undecryptable = undecryptable.load(ordering: .relaxed)
        copy.unstamped = unstamped.load(ordering: .relaxed)
        copy.padding = padding.load(ordering: .relaxed)
        copy.probes = probes.load(ordering: .relaxed)
        copy.repeated = repeated.load(ordering: .relaxed)
        copy.retransmissions = retransmissions.load(ordering: .relaxed)
        copy.repaired = repaired.load(ordering: .relaxed)
        copy.asked = asked.load(ordering: .relaxed)
        copy.thrownAway = thrownAway.load(ordering: .relaxed)
        copy.rtcp = rtcp.load(ordering: .relaxed)
        copy.reports = reports.load(ordering: .relaxed)
        return copy
    }
}

extension Atomic where Value == UInt64 {
    /// One writer: no read-modify-write is needed.
    @inline(__always)
    func increase(by amount: UInt64 = 1) { store(load(ordering: .relaxed) &+ amount, ordering: .relaxed) }
}
