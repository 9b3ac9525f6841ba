import RTP

/// The one place where a publisher's packets are kept: a ring of bytes and an index by extended sequence number.
///
/// Receivers keep only a few bytes of metadata a packet and come back here for a retransmission, for a paced packet, and for the run of packets
/// since the last keyframe that a joiner starts from. Old packets are overwritten by new ones; whoever asks for one that is gone gets
/// `nil`. The memory is reserved when the stream is bound, and touched only as far as it is used; a stream that is too fast for it gets twice as
/// much, up to a limit.
final class PacketStore {
    private var memory: StreamMemory
    private var index: UnsafeMutablePointer<StoredPacket>
    private(set) var indexCapacity: Int
    private let byteLimit: Int
    /// Bytes ever reserved in the ring, the waste at its end included.
    private var written: UInt64 = 0
    /// What was written, and when, when the present half of the ring was begun.
    private var half: (position: UInt64, arrival: Int64) = (0, .min)

    /// The highest sequence number stored; meaningful once `isEmpty` is false.
    private(set) var highest: UInt64 = 0
    private(set) var isEmpty = true
    /// First packet of the newest keyframe, while nothing has made the run useless.
    private(set) var keyframeStart: UInt64?
    /// The newest packet's frame, and the longest packet of it so far.
    private var frame: (timestamp: UInt32, longest: UInt16) = (0, 0)

    /// 512 KiB is the bound of the keyframe store (docs/architecture.md); at 1.7 Mbit/s it is about 2.4 s of video.
    static let videoBytes = 512 * 1024
    /// At 54 Mbit/s it holds `span`; more than the pacer ever lets through.
    static let videoLimit = 4 * 1024 * 1024
    /// What is younger than this, in nanoseconds, is not overwritten below the limit: the pacer's longest wait and half as much again, since
    /// packets are counted here before the last of them are sent.
    static let span = Pacer.maximumWait + Pacer.maximumWait / 2
    /// One second of Opus at 64 kbit/s is about 10 KiB with headers.
    static let audioBytes = 16 * 1024
    /// A joiner is served from a keyframe at most this old: what is shown must be live, so the first picture may be 300 ms old at most
    /// (docs/architecture.md). A keyframe asked for by one joiner serves all who come in the next 300 ms.
    static let keyframeRunAge: Int64 = 300_000_000
    /// Where the publisher may not be asked yet, a joiner is served from an older one: it sees up to a second of the past go by in a moment,
    /// and not a dark tile for the rest of that second.
    static let replayAge: Int64 = 1_000_000_000

    /// - Parameter byteLimit: bytes up to which it may grow; as many as at first if there are none.
    init(byteCapacity: Int, indexCapacity: Int, byteLimit: Int = 0) {
        precondition(indexCapacity & (indexCapacity - 1) == 0, "the index is addressed by mask")
        self.byteLimit = max(byteCapacity, byteLimit)
        self.indexCapacity = indexCapacity
        memory = StreamMemory(count: byteCapacity)
        index = .allocate(capacity: indexCapacity)
        index.initialize(repeating: StoredPacket(), count: indexCapacity)
    }

    static func forKind(_ kind: MediaKind) -> PacketStore {
        kind == .audio
            ? PacketStore(byteCapacity: audioBytes, indexCapacity: 128)
            : PacketStore(byteCapacity: videoBytes, indexCapacity: 1024, byteLimit: videoLimit)
    }

    deinit { index.deallocate() }

    private var bytes: UnsafeMutableRawPointer { memory.base }
    var byteCapacity: Int { memory.count }

    /// Bytes of an instance.
    static let hotBytes = 128

    /// Asks for where the next packet will go, if it is not long.
    @inline(__always)
    func prefetchNext() {
        Prefetch.memory(index + (Int(truncatingIfNeeded: highest) &+ 1) & (indexCapacity - 1), bytes: MemoryLayout<StoredPacket>.stride)
        Prefetch.memory(bytes + Int(written % UInt64(byteCapacity)), bytes: 128)
    }

    /// Keeps a packet. `packet.sequence`, `length` and the rest are set by the caller; `position` is set here. A packet older than the index
    /// reaches back, or larger than the ring, is not kept.
    func insert(_ packet: StoredPacket, from source: UnsafeRawPointer) -> Bool {
        let length = Int(packet.length)
        guard length <= byteCapacity else { return false }
        guard isEmpty || packet.sequence &+ UInt64(indexCapacity) > highest else { return false }
        growIfTooFast(at: packet.arrival)
        var entry = packet
        entry.position = reserve(length)
        (bytes + Int(entry.position % UInt64(byteCapacity))).copyMemory(from: source, byteCount: length)
        index[Int(packet.sequence) & (indexCapacity - 1)] = entry
        noteArrival(of: packet)
        return true
    }

    /// The packet of this number, if it still is here.
    func packet(_ sequence: UInt64) -> StoredPacket? {
        let entry = index[Int(truncatingIfNeeded: sequence) & (indexCapacity - 1)]
        guard entry.sequence == sequence, written &- entry.position <= UInt64(byteCapacity) else { return nil }
        return entry
    }

    /// The first byte of a packet that `packet(_:)` has just returned. Valid until the next `insert`.
    func pointer(to packet: StoredPacket) -> UnsafeRawPointer {
        UnsafeRawPointer(bytes + Int(packet.position % UInt64(byteCapacity)))
    }

    /// How many bytes the longest packet so far of this one's frame is longer than it; 0 if its frame is not the newest.
    @inline(__always)
    func shortfall(of packet: StoredPacket) -> Int {
        frame.timestamp == packet.timestamp ? Int(frame.longest) - Int(packet.length) : 0
    }

    /// The numbers from the newest keyframe's first packet to the newest packet, when every one of them is here, the keyframe is at most `age`
    /// nanoseconds old and the payloads have at most `bytes` bytes.
    func keyframeRun(at now: Instant, age: Int64 = PacketStore.keyframeRunAge, bytes limit: Int = .max) -> ClosedRange<UInt64>? {
        guard let start = keyframeStart, let first = packet(start) else { return nil }
        guard now.nanoseconds - first.arrival <= age else { return nil }
        guard highest - start < UInt64(indexCapacity) else { return nil }
        var sequence = start
        var bytes = 0
        while sequence <= highest {
            guard let packet = packet(sequence) else { return nil }
            bytes += Int(packet.payloadLength)
            guard bytes <= limit else { return nil }
            sequence += 1
        }
        return start...highest
    }

    /// Forgets the keyframe, so that nothing stored before this moment is shown to a joiner (the publisher lost a right, or its codec changed).
    func forgetKeyframe() { keyframeStart = nil }

    private func noteArrival(of packet: StoredPacket) {
        if isEmpty || packet.sequence > highest { highest = packet.sequence }
        isEmpty = false
        frame = (packet.timestamp, frame.timestamp == packet.timestamp ? max(frame.longest, packet.length) : packet.length)
        guard packet.traits.contains(.keyframeStart) else { return }
        if keyframeStart.map({ packet.sequence > $0 }) ?? true { keyframeStart = packet.sequence }
    }

    /// A packet's bytes are contiguous: where the ring's end is too near, the rest of it is left empty.
    private func reserve(_ length: Int) -> UInt64 {
        let capacity = UInt64(byteCapacity)
        let room = capacity - written % capacity
        if room < UInt64(length) { written &+= room }
        let position = written
        written &+= UInt64(length)
        return position
    }

    /// Doubles the ring when half of it was filled in less than half of `span`.
    private func growIfTooFast(at arrival: Int64) {
        guard byteCapacity < byteLimit, written &- half.position >= UInt64(byteCapacity / 2) else { return }
        let isTooFast = half.arrival != .min && arrival - half.arrival < Self.span / 2
        if isTooFast { grow() }
        half = (written, arrival)
    }

    private func grow() {
        let kept = (0..<indexCapacity).map { index[$0] }
            .filter { $0.sequence != .max && written &- $0.position <= UInt64(byteCapacity) }
            .sorted { $0.position < $1.position }
        let oldIndex = index
        var former = StreamMemory(count: min(byteLimit, byteCapacity * 2))
        swap(&former, &memory)
        indexCapacity *= 2
        index = .allocate(capacity: indexCapacity)
        index.initialize(repeating: StoredPacket(), count: indexCapacity)
        written = 0
        for packet in kept {
            var entry = packet
            entry.position = reserve(Int(packet.length))
            let source = former.base + Int(packet.position % UInt64(former.count))
            (bytes + Int(entry.position)).copyMemory(from: source, byteCount: Int(packet.length))
            index[Int(packet.sequence) & (indexCapacity - 1)] = entry
        }
        oldIndex.deallocate()
    }
}
