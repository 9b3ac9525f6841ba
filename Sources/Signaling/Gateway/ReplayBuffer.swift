import NIOCore

/// One dispatch as it was or will be sent: the payload is shared by all sessions that get it, only the sequence number is theirs, and how the payload
/// begins where that is about the receiver.
struct Dispatch: Equatable {
    var sequence: Int
    var type: String
    var own = ByteBuffer()
    var data: ByteBuffer

    /// `{"op":0,"t":…,"s":…,"d":…}`
    var frame: ByteBuffer {
        var frame = ByteBuffer()
        frame.reserveCapacity(own.readableBytes + data.readableBytes + 64)
        // Event names are ours: capital letters and underscores.
        frame.writeString("{\"op\":0,\"t\":\"\(type)\",\"s\":\(sequence),\"d\":")
        frame.writeImmutableBuffer(own)
        frame.writeImmutableBuffer(data)
        frame.writeInteger(UInt8(ascii: "}"))
        return frame
    }
}

/// What a session was sent lately, for clients that come back after their socket dropped.
///
/// Sequence numbers rise by one. What a client says it has (the number in its heartbeat) goes, so an idle session keeps nothing. Once the buffer is full the oldest go, and a client that needs them starts a new session.
struct ReplayBuffer {
    /// Chosen: two minutes of a guild with four events a second.
    static let countLimit = 512
    static let byteLimit = 1 << 20

    private var dispatches: [Dispatch] = []
    private var first = 0
    private var bytes = 0
    private(set) var lastSequence = 0

    /// Bytes of payloads that are kept, those that others share included.
    var keptBytes: Int { bytes }
    /// Payloads that are kept.
    var kept: ArraySlice<Dispatch> { dispatches[first...] }

    /// The client has everything up to `sequence`, and comes back with nothing older.
    mutating func acknowledge(_ sequence: Int) {
        guard let oldest = kept.first?.sequence, sequence >= oldest, sequence <= lastSequence else { return }
        dispatches.removeFirst(first + sequence - oldest + 1)
        first = 0
        bytes = dispatches.reduce(0) { $0 + $1.data.readableBytes }
        if dispatches.isEmpty { dispatches = [] }
    }

    /// Numbers a dispatch and keeps it.
    mutating func append(_ type: String, own: ByteBuffer = ByteBuffer(), _ data: ByteBuffer) -> Dispatch {
        lastSequence += 1
        let dispatch = Dispatch(sequence: lastSequence, type: type, own: own, data: data)
        dispatches.append(dispatch)
        bytes += data.readableBytes
        while dispatches.count - first > Self.countLimit || bytes > Self.byteLimit, first < dispatches.count {
            bytes -= dispatches[first].data.readableBytes
            first += 1
        }
        if first >= Self.countLimit {
            dispatches.removeFirst(first)
            first = 0
        }
        return dispatch
    }

    /// Everything after `sequence`, or `nil` when a part of it is gone or `sequence` was never sent.
    func after(_ sequence: Int) -> ArraySlice<Dispatch>? {
        let kept = dispatches[first...]
        let oldest = kept.first?.sequence ?? lastSequence + 1
        guard sequence >= oldest - 1, sequence <= lastSequence, sequence >= 0 else { return nil }
        return kept.dropFirst(sequence - (oldest - 1))
    }
}
