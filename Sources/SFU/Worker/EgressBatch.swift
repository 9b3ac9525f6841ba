import CLinux
import Glibc
import RTP

/// Sends an outbox by `sendmmsg`, one message per run, with UDP_SEGMENT where a run has more than one datagram.
///
/// A datagram by itself that is followed by a run of longer ones to the same place leaves behind that run instead, in the same message, as the
/// shorter one that may end it: a voice packet with the frame after it. Order within a stream stays.
///
/// A kernel, driver or route may refuse a run as a whole (EIO: no checksum offload; EINVAL, EMSGSIZE: a smaller MTU, an old kernel). The run is
/// then sent singly within the same call, and later runs from that local address are never segmented again, so a refusal costs one system
/// call and no packet. What may be the path's doing (a smaller MTU, which any receiver can have) is remembered for that path alone, so that
/// nobody slows down the rest.
struct EgressBatch: ~Copyable {
    /// `sendmmsg` without blocking; replaced in tests to refuse at will.
    typealias Send = (_ socket: Int32, _ messages: UnsafeMutablePointer<parley_message>, _ count: UInt32) -> Int32

    /// A full socket is waited for this long in all per outbox; then what is left is dropped. Chosen: 4 MiB of buffer drain in 33 ms at a
    /// gigabit, so 5 ms frees plenty, and no receiver's picture is older for it.
    static let retentionMilliseconds: Int32 = 5

    private let capacity: Int
    private let family: Int32
    private let counters: Counters
    private let send: Send
    private let messages: UnsafeMutablePointer<parley_message>
    private let vectors: UnsafeMutablePointer<iovec>
    private let destinations: UnsafeMutablePointer<sockaddr_storage>
    private let runOfMessage: UnsafeMutablePointer<Int32>
    private let datagramsOfMessage: UnsafeMutablePointer<Int32>
    private let control: UnsafeMutableRawPointer
    /// A run, and what was before it.
    private static let vectorsPerMessage = 2
    private static let controlBytes = Int(PARLEY_SEND_CONTROL_BYTES)
    /// Local addresses from which runs were refused. Bounded by the machine's own addresses.
    private(set) var unsegmented: Set<LocalAddress> = []
    /// Paths on which runs were refused, up to `maximumUnsegmentedPaths`; one more counts as its local address's.
    private(set) var unsegmentedPaths: Set<Transport.Path> = []
    /// Chosen: more than a worker's viewers with small MTUs, and less than 100 kB.
    static let maximumUnsegmentedPaths = 1_024

    /// - Parameter capacity: datagrams of the outboxes to come, reserve included.
    init(capacity: Int, family: Int32, counters: Counters, send: @escaping Send = { parley_sendmmsg($0, $1, $2) }) {
        self.capacity = capacity
        self.family = family
        self.counters = counters
        self.send = send
        messages = .allocate(capacity: capacity)
        vectors = .allocate(capacity: capacity * Self.vectorsPerMessage)
        destinations = .allocate(capacity: capacity)
        runOfMessage = .allocate(capacity: capacity)
        datagramsOfMessage = .allocate(capacity: capacity)
        control = .allocate(byteCount: capacity * Self.controlBytes, alignment: 16)
        for index in 0..<capacity {
            messages[index] = parley_message()
            messages[index].header.msg_name = UnsafeMutableRawPointer(destinations + index)
            messages[index].header.msg_iov = vectors + index * Self.vectorsPerMessage
            messages[index].header.msg_control = control + index * Self.controlBytes
        }
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        destinations.deallocate()
        runOfMessage.deallocate()
        datagramsOfMessage.deallocate()
        control.deallocate()
    }

    /// Sends every datagram of `outbox` and forgets them.
    mutating func flush(_ outbox: inout Outbox, to socket: Int32) {
        var patience = Self.retentionMilliseconds
        var next = 0
        while next < outbox.runs.count {
            let prepared = prepare(outbox, from: next)
            guard let refused = transmit(prepared, socket, &patience) else { break }
            // From here on again, now without segments for that address.
            next = Int(runOfMessage[refused.message])
            remember(outbox.runs[next], refused.code)
            counters.add(.segmentationFallback)
        }
        outbox.removeDatagrams()
    }

    private mutating func remember(_ run: Outbox.Run, _ code: Int32) {
        if code == EIO || unsegmentedPaths.count >= Self.maximumUnsegmentedPaths {
            unsegmented.insert(run.from)
        } else {
            unsegmentedPaths.insert(Transport.Path(remote: run.to, local: run.from))
        }
    }

    /// Runs from its local address, or on its path, have been refused.
    @inline(__always)
    private func isUnsegmented(_ run: Outbox.Run) -> Bool {
        if !unsegmented.isEmpty, unsegmented.contains(run.from) { return true }
        return !unsegmentedPaths.isEmpty && unsegmentedPaths.contains(Transport.Path(remote: run.to, local: run.from))
    }

    /// Fills messages from run `first` on: one for each run, or one for each datagram where segments have been refused.
    /// - Returns: how many messages.
    private mutating func prepare(_ outbox: borrowing Outbox, from first: Int) -> Int {
        let runs = outbox.runs
        var count = 0
        var index = first
        while index < runs.count {
            let run = runs[index]
            let block = outbox.bytes(of: run)
            if run.segmentCount > 1, isUnsegmented(run) {
                for start in stride(from: 0, to: run.length, by: run.segmentSize) {
                    let end = min(start + run.segmentSize, run.length)
                    fill(count, index, run, UnsafeMutableRawBufferPointer(rebasing: block[start..<end]))
                    count += 1
                }
            } else if index + 1 < runs.count, mayFollow(run, runs[index + 1], in: outbox) {
                let longer = runs[index + 1]
                fill(count, index, run, outbox.bytes(of: longer), then: block)
                addSegments(count, longer.segmentSize, longer.segmentCount + 1)
                index += 1
                count += 1
            } else {
                fill(count, index, run, block)
                if run.segmentCount > 1 { addSegments(count, run.segmentSize, run.segmentCount) }
                count += 1
            }
            index += 1
        }
        return count
    }

    /// Whether the one datagram of `run` may leave behind `longer` instead of before it: it is shorter, goes to the same place, and belongs to
    /// none of its streams. Handshakes keep their order.
    @inline(__always)
    private func mayFollow(_ run: Outbox.Run, _ longer: Outbox.Run, in outbox: borrowing Outbox) -> Bool {
        guard run.segmentCount == 1, longer.takes(run.length, to: run.to, from: run.from) else { return false }
        return !isUnsegmented(run) && Self.areOtherStreams(outbox.bytes(of: run), outbox.bytes(of: longer), every: longer.segmentSize)
    }

    /// Whether both are RTP (or RTCP, whose order matters to nobody), and the packet's SSRC is none of the run's.
    private static func areOtherStreams(
        _ packet: UnsafeMutableRawBufferPointer, _ run: UnsafeMutableRawBufferPointer, every size: Int
    ) -> Bool {
        guard let ssrc = streamIdentifier(packet, at: 0) else { return false }
        for start in stride(from: 0, to: run.count, by: size) {
            guard let other = streamIdentifier(run, at: start), other != ssrc else { return false }
        }
        return true
    }

    /// Where RTP has the SSRC; `nil` for what is neither RTP nor RTCP (RFC 7983 §7).
    @inline(__always)
    private static func streamIdentifier(_ bytes: UnsafeMutableRawBufferPointer, at start: Int) -> UInt32? {
        guard bytes.count >= start + RTPHeader.minimumLength, bytes[start] & 0xC0 == 0x80 else { return nil }
        return bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self)
    }

    @inline(__always)
    private mutating func fill(
        _ index: Int, _ runIndex: Int, _ run: Outbox.Run, _ bytes: UnsafeMutableRawBufferPointer,
        then last: UnsafeMutableRawBufferPointer? = nil
    ) {
        precondition(index < capacity, "a message for every datagram of an outbox")
        runOfMessage[index] = Int32(runIndex)
        datagramsOfMessage[index] = 1
        let vector = vectors + index * Self.vectorsPerMessage
        vector[0] = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        messages[index].header.msg_iovlen = 1
        if let last {
            vector[1] = iovec(iov_base: last.baseAddress, iov_len: last.count)
            messages[index].header.msg_iovlen = 2
        }
        messages[index].header.msg_namelen = run.to.write(to: destinations + index, family: family)
        messages[index].header.msg_controllen = 0
        guard !run.from.ip.isUnspecified else { return }
        if family == AF_INET {
            parley_add_source4(&messages[index].header, run.from.ip.inAddr)
        } else {
            let interface = run.from.ip.isLinkLocal ? run.from.interfaceIndex : 0
            parley_add_source6(&messages[index].header, run.from.ip.in6Addr, interface)
        }
    }

    private func addSegments(_ index: Int, _ size: Int, _ count: Int) {
        parley_add_segment_size(&messages[index].header, UInt16(size))
        datagramsOfMessage[index] = Int32(count)
    }

    /// Sends prepared messages, resuming where the kernel stops.
    /// - Returns: the message that was refused because of its segments, and the kernel's reason; `nil` when all were sent, dropped or counted.
    private func transmit(_ count: Int, _ socket: Int32, _ patience: inout Int32) -> (message: Int, code: Int32)? {
        var sent = 0
        while sent < count {
            let result = send(socket, messages + sent, UInt32(count - sent))
            if result > 0 {
                for index in sent..<(sent + Int(result)) { account(index) }
                sent += Int(result)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS:
                guard patience > 0 else {
                    for index in sent..<count { counters.add(.sendQueueOverflow, Int(datagramsOfMessage[index])) }
                    return nil
                }
                patience -= 1
                waitUntilWritable(socket)
            case let code:
                let datagrams = Int(datagramsOfMessage[sent])
                if datagrams > 1, code == EIO || code == EINVAL || code == EMSGSIZE { return (sent, code) }
                counters.add(.sendFailed, datagrams)
                sent += 1
            }
        }
        return nil
    }

    private func waitUntilWritable(_ socket: Int32) {
        var waiting = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, 1)
    }

    private func account(_ index: Int) {
        counters.add(.datagramsSent, Int(datagramsOfMessage[index]))
        let vector = vectors + index * Self.vectorsPerMessage
        counters.add(.bytesSent, vector[0].iov_len + (messages[index].header.msg_iovlen > 1 ? vector[1].iov_len : 0))
    }
}
