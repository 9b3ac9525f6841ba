import RTP

/// What was sent under one of a slot's sequence numbers: enough to make the same packet again from the publisher's store.
struct SentPacket: BitwiseCopyable {
    var store: PacketStoreHandle
    /// The publisher's number, extended.
    var source: UInt64
    var timestamp: UInt32
    /// The slot's number.
    var sequence: UInt16
    var pictureID: UInt16
    var tl0PictureIndex: UInt8
    var payloadType: UInt8
    var rewrites: Rewrites
    var resentCount: UInt8 = 0
    var isValid: Bool = true
    /// When it was last resent; `.min` before that.
    var lastResent: Int64 = .min

    /// Which descriptor fields differ from the publisher's bytes.
    struct Rewrites: OptionSet, BitwiseCopyable {
        var rawValue: UInt8
        static let pictureID = Rewrites(rawValue: 1 << 0)
        /// The descriptor is VP9's, else VP8's.
        static let vp9 = Rewrites(rawValue: 1 << 1)
        /// Send the primary block of a RED payload alone.
        static let stripRED = Rewrites(rawValue: 1 << 2)
        /// A packet of padding that fills a number which has nothing to carry.
        static let filler = Rewrites(rawValue: 1 << 3)
        static let marker = Rewrites(rawValue: 1 << 4)
        /// Numbers above its own had been given out when it came: it was repaired on its way to us.
        static let late = Rewrites(rawValue: 1 << 5)
    }
}

/// The last packets of a slot by sequence number. Metadata only; the bytes are the publisher's. Allocated with the first packet, so an idle
/// slot costs nothing, and doubled while it reaches back less than a NACK may, so a slow one costs little.
struct RepairHistory: ~Copyable {
    private var entries: UnsafeMutablePointer<SentPacket>?
    /// A power of two.
    private(set) var capacity = firstCapacity
    /// Packets since the present round of the ring began, and when that was.
    private var round = (count: 0, began: Int64.min)
    private var latest: UInt16 = 0
    static let firstCapacity = 64
    /// 512 packets are about 2.5 s of 1.7 Mbit/s video; a NACK older than `reach` asks for a picture nobody will wait for.
    static let maximumCapacity = 512
    /// Nanoseconds that it should reach back.
    static let reach: Int64 = 2_000_000_000
    /// A packet is resent at most this often (LiveKit's sequencer gives up after three as well).
    static let maximumResends: UInt8 = 3

    init() {}
    deinit { entries?.deallocate() }

    /// Asks for the memory of the next two packets.
    @inline(__always)
    func prefetchNext() {
        guard let entries else { return }
        Prefetch.memory(entries + (Int(latest &+ 1) & (capacity - 1)), bytes: 2 * MemoryLayout<SentPacket>.stride)
    }

    mutating func record(_ packet: SentPacket, at now: Int64) {
        if entries == nil { allocate() }
        if round.began == .min { round.began = now }
        if round.count == capacity {
            if capacity < Self.maximumCapacity, now - round.began < Self.reach { grow() } else { round = (0, now) }
        }
        round.count += 1
        entries![Int(packet.sequence) & (capacity - 1)] = packet
        latest = packet.sequence
    }

    /// The packet to send again, or `nil`: unknown, too old, resent less than one round trip ago, or often enough.
    mutating func resend(_ sequence: UInt16, at now: Int64, roundTrip: Int64) -> SentPacket? {
        guard let entries else { return nil }
        let slot = entries + (Int(sequence) & (capacity - 1))
        guard slot.pointee.isValid, slot.pointee.sequence == sequence, slot.pointee.resentCount < Self.maximumResends else { return nil }
        if slot.pointee.lastResent != .min, now - slot.pointee.lastResent < roundTrip { return nil }
        slot.pointee.resentCount += 1
        slot.pointee.lastResent = now
        return slot.pointee
    }

    private mutating func grow() {
        let (old, count) = (entries, capacity)
        capacity *= 2
        allocate()
        guard let old, let entries else { return }
        for place in 0..<count where old[place].isValid { entries[Int(old[place].sequence) & (capacity - 1)] = old[place] }
        old.deallocate()
    }

    private mutating func allocate() {
        let block = UnsafeMutablePointer<SentPacket>.allocate(capacity: capacity)
        let nothing = SentPacket(
            store: .none, source: 0, timestamp: 0, sequence: 0, pictureID: 0, tl0PictureIndex: 0, payloadType: 0, rewrites: [],
            isValid: false)
        block.initialize(repeating: nothing, count: capacity)
        entries = block
    }
}
