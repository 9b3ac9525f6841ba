import RTP

/// Packets of one encoding that came at the same moment, in order, and are yet to be handed to the slots that carry it.
///
/// A frame comes as several packets. Where a track has hundreds of viewers, what belongs to each of them has left the caches by the time of the
/// next packet, so each is visited once for all packets that came together. The core hands a burst on before it does anything else: nobody can
/// tell it from packets handed on one by one.
struct Burst: ~Copyable {
    /// Chosen: more packets than a batch of datagrams holds of any frame but a large keyframe, and less than 5 KiB.
    static let limit = 64

    /// Whose packets they are; `nil` where there are none.
    private(set) var encoding: Encoding?
    /// When they came.
    private(set) var arrival = Instant(nanoseconds: 0)
    private(set) var count = 0
    private let storage = UnsafeMutablePointer<StoredPacket>.allocate(capacity: limit)

    deinit { storage.deallocate() }

    /// The packets, in the order in which they came.
    var packets: UnsafeBufferPointer<StoredPacket> { UnsafeBufferPointer(start: storage, count: count) }

    /// Whether there is room for one more packet of this encoding, or nothing yet.
    @inline(__always)
    func takes(_ other: Encoding, at now: Instant) -> Bool {
        count == 0 || (count < Self.limit && encoding === other && arrival == now)
    }

    /// - Precondition: `takes` this encoding now.
    @inline(__always)
    mutating func append(_ packet: StoredPacket, of encoding: Encoding, at now: Instant) {
        precondition(takes(encoding, at: now), "a burst is of one encoding and one moment")
        if count == 0 {
            self.encoding = encoding
            arrival = now
        }
        (storage + count).initialize(to: packet)
        count += 1
    }

    /// Forgets the packets, whose bytes stay where they are until the next is added.
    mutating func removeAll() {
        encoding = nil
        count = 0
    }
}
