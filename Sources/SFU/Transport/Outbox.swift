/// What one step of the media core wants done: datagrams to send and events to publish. The worker drains it into `sendmmsg`, the simulation
/// into its links.
///
/// Datagrams lie back to back in one block. Consecutive ones of equal size to one destination form a *run*, which the worker hands to the
/// kernel as one message with UDP_SEGMENT; the last of a run may be shorter and ends it. Nothing is allocated after `init`.
public struct Outbox: ~Copyable {
    /// Room for one datagram. Larger ones do not leave this server.
    public static let datagramBytes = 1500
    /// Kept for what `receive` answers at once (connectivity checks, handshakes) when media has filled the rest.
    static let reserved = 64

    /// Datagrams that media may fill.
    public let capacity: Int
    /// To be published after the datagrams are sent.
    public var events: [Event] = []
    /// Datagrams in it now.
    public private(set) var count = 0
    private(set) var runCount = 0
    private var used = 0
    private let bytes: UnsafeMutableRawPointer
    private let runStorage: UnsafeMutablePointer<Run>

    /// Equal-sized datagrams to one destination, back to back.
    public struct Run: Sendable {
        public internal(set) var to: SocketAddress
        public internal(set) var from: LocalAddress
        /// Where the first begins in the outbox's block.
        var offset: Int
        /// Bytes of all segments.
        public internal(set) var length: Int
        /// Bytes of every segment but the last, which may be shorter.
        public internal(set) var segmentSize: Int
        public internal(set) var segmentCount: Int
    }

    public init(capacity: Int = 512) {
        precondition(capacity > 0, "an outbox holds at least one datagram")
        self.capacity = capacity
        bytes = .allocate(byteCount: (capacity + Self.reserved) * Self.datagramBytes, alignment: 64)
        runStorage = .allocate(capacity: capacity + Self.reserved)
    }

    deinit {
        bytes.deallocate()
        runStorage.deallocate()
    }

    /// Media stops adding here and asks to be called again.
    public var isFull: Bool { count >= capacity }
    public var isEmpty: Bool { count == 0 }

    /// The runs in order of sending.
    public var runs: UnsafeBufferPointer<Run> { UnsafeBufferPointer(start: runStorage, count: runCount) }

    /// The datagrams of a run, as one block.
    public func bytes(of run: Run) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: bytes + run.offset, count: run.length)
    }

    /// Adds one datagram, written in place by `body`, which gets `datagramBytes` bytes and returns how many it used; 0 adds nothing.
    /// - Returns: whether a datagram was added; `false` also when not even the reserve has room.
    @discardableResult
    @inline(__always)
    public mutating func append(
        to: SocketAddress, from: LocalAddress, body: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Bool {
        guard count < capacity + Self.reserved else { return false }
        let length = body(UnsafeMutableRawBufferPointer(start: bytes + used, count: Self.datagramBytes))
        precondition(length <= Self.datagramBytes, "a datagram outgrew its room")
        guard length > 0 else { return false }
        commit(length, to: to, from: from)
        return true
    }

    /// Visits every datagram in order of sending.
    public func forEachDatagram(_ visit: (_ to: SocketAddress, _ from: LocalAddress, _ datagram: UnsafeMutableRawBufferPointer) -> Void) {
        for run in runs {
            var offset = run.offset
            var left = run.length
            while left > 0 {
                let size = min(left, run.segmentSize)
                visit(run.to, run.from, UnsafeMutableRawBufferPointer(start: bytes + offset, count: size))
                offset += size
                left -= size
            }
        }
    }

    /// Forgets the datagrams; events stay until they are taken.
    public mutating func removeDatagrams() {
        count = 0
        runCount = 0
        used = 0
    }

    /// Forgets everything.
    public mutating func removeAll() {
        removeDatagrams()
        events.removeAll(keepingCapacity: true)
    }

    private mutating func commit(_ length: Int, to: SocketAddress, from: LocalAddress) {
        if runCount > 0, runStorage[runCount - 1].extend(by: length, to: to, from: from) {
            // Joined the run before it.
        } else {
            runStorage[runCount] = Run(to: to, from: from, offset: used, length: length, segmentSize: length, segmentCount: 1)
            runCount += 1
        }
        used += length
        count += 1
    }
}

extension Outbox.Run {
    /// The kernel takes at most this many segments in one message (UDP_MAX_SEGMENTS of older kernels).
    static let maximumSegments = 64
    /// And at most this many bytes: an IPv4 datagram's 65,535 less headers, rounded down.
    static let maximumBytes = 65_000

    /// A segment must fit an Ethernet frame (1,500 B less IP and UDP headers): the kernel refuses more with EMSGSIZE on a real interface,
    /// though never on loopback.
    static func maximumSegmentBytes(_ to: SocketAddress) -> Int { to.isIPv6 ? 1452 : 1472 }

    /// Whether one more datagram, no longer than the others, may leave with this run.
    @inline(__always)
    func takes(_ datagramLength: Int, to: SocketAddress, from: LocalAddress) -> Bool {
        datagramLength <= segmentSize && length == segmentSize * segmentCount && segmentCount < Self.maximumSegments
            && length + datagramLength <= Self.maximumBytes && segmentSize <= Self.maximumSegmentBytes(to) && to == self.to
            && from == self.from
    }

    /// - Returns: `false` if the datagram cannot join this run.
    @inline(__always)
    mutating func extend(by datagramLength: Int, to: SocketAddress, from: LocalAddress) -> Bool {
        guard takes(datagramLength, to: to, from: from) else { return false }
        length += datagramLength
        segmentCount += 1
        return true
    }
}
