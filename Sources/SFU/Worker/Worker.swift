import CLinux
import Glibc
import RTP

/// One media thread: one epoll, one UDP socket, one mailbox, one `MediaCore`. Nothing in it is shared but what the mailbox and the counters
/// hand over.
///
/// A turn of the loop reads at most a batch, tells the core, and sends until the core has nothing more for now; what the core does with a
/// packet therefore leaves within the same turn, in runs.
final class Worker: @unchecked Sendable {
    /// The bound UDP port.
    let port: UInt16
    let counters: Counters
    /// Present where the configuration measures delay.
    let delays: DelayHistogram?

    private let mailbox: Mailbox
    private let post: RelayPost
    // Everything below is the thread's own once it runs.
    private let core: MediaCore
    private let socket: MediaSocket
    private let epoll: Int32
    private var outbox = Outbox()
    private var ingress = IngressBatch()
    private var egress: EgressBatch
    private var receptionStamps: [Int64] = []
    private var lastKernelDrops: UInt32 = 0
    private var isStopping = false
    private var turnBegan = MonotonicClock.now
    private let onEvents: @Sendable ([Event]) -> Void
    private var thread = pthread_t()

    init(
        host: String, port: UInt16, core: MediaCoreConfiguration, measuresDelay: Bool, onEvents: @escaping @Sendable ([Event]) -> Void
    ) throws(MediaServerError) {
        socket = try MediaSocket(host: host, port: port, stampsReception: measuresDelay)
        self.port = socket.port
        mailbox = try Mailbox()
        post = try RelayPost()
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .socket("epoll_create1", errno) }
        self.core = MediaCore(configuration: core, at: MonotonicClock.now)
        counters = self.core.counters
        egress = EgressBatch(capacity: outbox.capacity + Outbox.reserved, family: socket.family, counters: counters)
        delays = measuresDelay ? DelayHistogram() : nil
        receptionStamps.reserveCapacity(IngressBatch.capacity)
        self.onEvents = onEvents
        watch(socket.descriptor)
        watch(mailbox.descriptor)
        watch(post.signal.descriptor)
    }

    deinit { close(epoll) }

    private func watch(_ descriptor: Int32) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: descriptor))
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    /// Lets rooms span both workers; before either is started.
    func connect(own: Int, to other: Worker, index: Int) { post.connect(core, own: own, to: other.post, index: index) }

    /// Starts the thread, which keeps the worker alive until it is stopped.
    func start() throws(MediaServerError) {
        let context = Unmanaged.passRetained(self).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Worker>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        guard status == 0 else {
            Unmanaged<Worker>.fromOpaque(context).release()
            throw .socket("pthread_create", status)
        }
        parley_name_thread(thread, "media-\(port)")
    }

    /// - Returns: `false` if the mailbox was full.
    func send(_ command: Command) -> Bool { mailbox.put(.command(command)) }

    /// Drains and ends the thread; returns when it has ended.
    func stop() {
        _ = mailbox.put(.stop)
        pthread_join(thread, nil)
    }

    private func run() {
        blockSignals()
        while !isStopping {
            let (isReadable, hasMail) = wait()
            if hasMail { readMail() }
            if isReadable { readDatagrams() }
            if post.isConnected { readRelay() }
            finishTurn()
        }
    }

    /// Signals belong to the main thread.
    private func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    private func wait() -> (isReadable: Bool, hasMail: Bool) {
        var timeout: Int64 = -1
        let began = MonotonicClock.now
        let hold = core.arrivalHold
        if hold > 0 { MonotonicClock.rest(until: turnBegan.advanced(byNanoseconds: hold)) }
        if let deadline = core.nextDeadline { timeout = max(0, deadline.nanoseconds(since: hold > 0 ? MonotonicClock.now : began)) }
        if post.isConnected {
            post.signal.willSleep()
            if post.hasRecords { timeout = 0 }
        }
        defer {
            if post.isConnected { post.signal.didWake() }
            let now = MonotonicClock.now
            core.noteWaited(now.nanoseconds(since: began), at: now)
            turnBegan = now
        }
        return withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 3) { events in
            let count = Int(parley_epoll_wait(epoll, events.baseAddress!, 3, timeout))
            var isReadable = false
            var hasMail = false
            for index in 0..<max(0, count) {
                let descriptor = events[index].data.fd
                if descriptor == socket.descriptor { isReadable = true }
                if descriptor == mailbox.descriptor { hasMail = true }
            }
            return (isReadable, hasMail)
        }
    }

    private func readRelay() {
        let now = MonotonicClock.now
        post.read { worker, record in core.receiveRelayed(record, from: worker, at: now, into: &outbox) }
    }

    private func readMail() {
        let now = MonotonicClock.now
        counters.add(.mailboxOverflow, mailbox.takeRefusals())
        for message in mailbox.takeAll() {
            switch message {
            case .command(let command): core.handle(command, at: now, into: &outbox)
            case .stop:
                core.handle(.drain, at: now, into: &outbox)
                isStopping = true
            }
        }
    }

    /// Reads several batches where so much has come: what one turn brings together leaves in longer runs, so a thread that has fallen behind
    /// catches up. Reads on within a frame too, the rest of which has often come by the time its beginning is taken in.
    private func readDatagrams() {
        for _ in 0..<Self.batchesPerTurn {
            let count = readBatch()
            guard count == IngressBatch.capacity || (count > 0 && core.isWithinFrame) else { return }
            if outbox.isFull { egress.flush(&outbox, to: socket.descriptor) }
        }
    }

    /// Chosen: 256 packets of 1,200 B are less than the store of any camera, so none is overwritten before it is sent.
    private static let batchesPerTurn = 4

    /// - Returns: how many datagrams there were, up to a batch.
    private func readBatch() -> Int {
        let count = ingress.receive(socket.descriptor)
        guard count > 0 else { return 0 }
        let now = MonotonicClock.now
        var bytes = 0
        for index in 0..<min(count, Foresight.reach) { foresee(index) }
        for index in 0..<count {
            if index > 0, index - 1 + Foresight.reach < count { foresee(index - 1 + Foresight.reach) }
            let ancillary = ingress.ancillary(index)
            if ancillary.has_dropped { noteKernelDrops(ancillary.dropped) }
            guard let datagram = ingress.datagram(index) else {
                counters.add(.oversizeDatagram)
                continue
            }
            guard let source = ingress.source(index) else { continue }
            bytes += datagram.count
            if delays != nil, ancillary.timestamp_ns > 0, PacketClass.classify(UnsafeRawBufferPointer(datagram)) == .rtp {
                receptionStamps.append(ancillary.timestamp_ns)
            }
            core.receive(datagram, from: source, to: LocalAddress(ancillary), at: now, into: &outbox)
        }
        counters.add(.datagramsReceived, count)
        counters.add(.bytesReceived, bytes)
        return count
    }

    @inline(__always)
    private func foresee(_ index: Int) {
        guard let datagram = ingress.datagram(index), let source = ingress.source(index) else { return }
        core.foresee(UnsafeRawBufferPointer(datagram), from: source)
    }

    /// The kernel counts modulo 2^32 since the socket was opened.
    private func noteKernelDrops(_ total: UInt32) {
        guard total != lastKernelDrops else { return }
        counters.add(.receiveQueueOverflow, Int(total &- lastKernelDrops))
        lastKernelDrops = total
    }

    /// Sends until the core has nothing more for this moment. Each pass either empties the core or fills an outbox, so the passes are
    /// bounded by what the core may hold.
    private func finishTurn() {
        var isFull: Bool
        repeat {
            core.advance(to: MonotonicClock.now, into: &outbox)
            isFull = outbox.isFull
            egress.flush(&outbox, to: socket.descriptor)
        } while isFull
        post.wake(core.takeWrittenRelays())
        noteDelays()
        guard !outbox.events.isEmpty else { return }
        onEvents(outbox.events)
        outbox.removeAll()
    }

    private func noteDelays() {
        guard let delays, !receptionStamps.isEmpty else { return }
        let now = parley_clock_ns(CLOCK_REALTIME)
        for stamp in receptionStamps { delays.add(nanoseconds: now - stamp) }
        receptionStamps.removeAll(keepingCapacity: true)
    }
}
