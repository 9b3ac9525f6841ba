import Synchronization

/// The way from one worker to another: records in order, one writer, one reader, no lock, and a bound.
///
/// Records lie in one block, each behind its length, and never wrap: where the block's end is too near, the rest of it is left empty. The writer
/// owns `tail`, the reader `head`; each reads the other's with acquire and stores its own with release, so a record is whole
/// before the reader can see it, and read before the writer can overwrite it. The last eighth is kept for records that must not be lost
/// when packets have filled the rest.
public final class RelayRing: @unchecked Sendable {
    /// Bytes. Chosen: 50 ms of a worker's full ingress at 400 Mbit/s; memory that is never used is never touched.
    public static let defaultCapacity = 4 << 20
    /// The longest record: an RTP packet and what stands before it, or a description of a track.
    static let maximumRecord = 4_096
    private static let headerBytes = 8
    /// In place of a length: go on at the block's beginning.
    private static let wrap = UInt32.max

    private let capacity: Int
    private let block: UnsafeMutableRawPointer
    /// Bytes ever read and ever written, the empty ends included.
    private let head = Atomic<UInt64>(0)
    private let tail = Atomic<UInt64>(0)
    /// The writer's: what it last saw of `head`.
    private var knownHead: UInt64 = 0
    /// The writer's: records ever written.
    public private(set) var recordsWritten: UInt64 = 0

    /// - Parameter capacity: a power of two, at least eight of the longest records.
    public init(capacity: Int = RelayRing.defaultCapacity) {
        precondition(capacity & (capacity - 1) == 0 && capacity >= 8 * Self.maximumRecord, "a relay ring is a power of two, and not tiny")
        self.capacity = capacity
        block = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit { block.deallocate() }

    /// For the reader: nothing to read.
    public var isEmpty: Bool { head.load(ordering: .relaxed) == tail.load(ordering: .acquiring) }

    /// Writes one record of at most `limit` bytes; `body` answers how many it used, 0 for none. The writer's thread only.
    /// - Parameter isUrgent: may use the kept eighth.
    /// - Returns: `false` if there was no room.
    @inline(__always)
    func write(limit: Int, isUrgent: Bool, _ body: (UnsafeMutableRawBufferPointer) -> Int) -> Bool {
        precondition(limit <= Self.maximumRecord, "a record outgrew the relay")
        let start = tail.load(ordering: .relaxed)
        let offset = Int(start & UInt64(capacity - 1))
        let needed = Self.rounded(limit)
        let skipped = capacity - offset < needed ? capacity - offset : 0
        guard hasRoom(for: skipped + needed, from: start, isUrgent: isUrgent) else { return false }
        if skipped > 0 { (block + offset).storeBytes(of: Self.wrap, as: UInt32.self) }
        let record = block + (skipped > 0 ? 0 : offset)
        let length = body(UnsafeMutableRawBufferPointer(start: record + Self.headerBytes, count: limit))
        precondition(length <= limit, "a record outgrew its limit")
        guard length > 0 else { return true }
        record.storeBytes(of: UInt32(length), as: UInt32.self)
        recordsWritten &+= 1
        tail.store(start &+ UInt64(skipped + Self.rounded(length)), ordering: .releasing)
        return true
    }

    /// Visits up to `limit` records, oldest first, and lets them go. The reader's thread only.
    /// - Returns: how many.
    @discardableResult
    public func read(limit: Int, _ visit: (UnsafeRawBufferPointer) -> Void) -> Int {
        let end = tail.load(ordering: .acquiring)
        var position = head.load(ordering: .relaxed)
        var count = 0
        while position != end, count < limit {
            let offset = Int(position & UInt64(capacity - 1))
            let length = (block + offset).load(as: UInt32.self)
            if length == Self.wrap {
                position &+= UInt64(capacity - offset)
                continue
            }
            visit(UnsafeRawBufferPointer(start: block + offset + Self.headerBytes, count: Int(length)))
            position &+= UInt64(Self.rounded(Int(length)))
            count += 1
        }
        head.store(position, ordering: .releasing)
        return count
    }

    private func hasRoom(for bytes: Int, from start: UInt64, isUrgent: Bool) -> Bool {
        let room = isUrgent ? capacity : capacity - capacity / 8
        if Int(start &- knownHead) + bytes <= room { return true }
        knownHead = head.load(ordering: .acquiring)
        return Int(start &- knownHead) + bytes <= room
    }

    /// With its header, on eight bytes.
    private static func rounded(_ length: Int) -> Int { (length + headerBytes + 7) & ~7 }
}
