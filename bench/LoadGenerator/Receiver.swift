import CBench
import CLinux
import Glibc
import SFU
import Synchronization

/// The receive thread: one epoll over all endpoints' sockets, `recvmmsg`, their handshakes, and what they report.
///
/// It looks at its sockets at a fixed pace rather than be woken by them. On loopback whoever sends a packet also wakes its receiver, on the
/// sender's own time (1.6 µs a packet were measured), which no server pays for a receiver on the network. When each packet came is the
/// kernel's word, so delays do not depend on the pace.
public final class Receiver: @unchecked Sendable {
    private static let batch = 64
    private static let datagramBytes = 2048
    /// Between two looks at the sockets, in nanoseconds.
    private static let pace: Int64 = 250_000
    /// Handshakes are looked after this often.
    private static let turn: Int64 = 10_000_000

    /// Only for the receive thread; see `perform`.
    public let records = DelayRecords()
    private let sampling: Int
    private let epoll: Int32
    private let wake: Int32
    private let work = Mutex<[@Sendable () -> Void]>([])
    private let isStopping = Atomic(false)
    private var endpoints: [Endpoint] = []
    private var thread = GeneratorThread()
    private let messages = UnsafeMutablePointer<parley_message>.allocate(capacity: batch)
    private let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: batch)
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: batch * datagramBytes, alignment: 64)
    private static let controlBytes = Int(PARLEY_RECEIVE_CONTROL_BYTES)
    private let control = UnsafeMutableRawPointer.allocate(byteCount: batch * controlBytes, alignment: 16)
    /// What lies between the kernel's stamps and the clock of `ContentStamp`.
    private var clockOffset: Int64 = 0
    /// CPU time of the thread when it was last asked, in nanoseconds.
    let cpu = Atomic<Int64>(0)

    /// - Parameter every: of how many packets one is decrypted and checked.
    public init(sampling every: Int) throws {
        precondition(every > 0, "a sample is one of a positive number")
        sampling = every
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wake = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard epoll >= 0, wake >= 0 else { throw BenchError("epoll: errno \(errno)") }
        for index in 0..<Self.batch {
            vectors[index] = iovec(iov_base: bytes + index * Self.datagramBytes, iov_len: Self.datagramBytes)
            messages[index] = parley_message()
            messages[index].header.msg_iov = vectors + index
            messages[index].header.msg_iovlen = 1
            messages[index].header.msg_control = control + index * Self.controlBytes
        }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64.max))
        epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event)
    }

    deinit {
        close(epoll)
        close(wake)
        messages.deallocate()
        vectors.deallocate()
        bytes.deallocate()
        control.deallocate()
    }

    public func start() {
        thread.start("bench-receive") { self.run() }
    }

    public func stop() {
        isStopping.store(true, ordering: .relaxed)
        signal()
        thread.join()
    }

    /// Runs something on the receive thread and waits for it.
    public func perform(_ body: @escaping @Sendable () -> Void) {
        let isDone = Flag()
        work.withLock {
            $0.append {
                body()
                isDone.value.store(true, ordering: .releasing)
            }
        }
        signal()
        while !isDone.value.load(ordering: .acquiring) { usleep(200) }
    }

    /// Begins to connect, or, where it needs no handshake any more, to receive.
    public func add(_ endpoint: Endpoint, remote: RemoteParameters?) {
        perform { [unowned self] in
            endpoints.append(endpoint)
            if let remote { endpoint.begin(remote) }
            var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64(endpoints.count - 1)))
            epoll_ctl(epoll, EPOLL_CTL_ADD, endpoint.descriptor, &event)
        }
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    private func signal() {
        var one: UInt64 = 1
        write(wake, &one, MemoryLayout<UInt64>.size)
    }

    private func run() {
        var nextTurn: Int64 = 0
        var nextLook = parley_clock_ns(CLOCK_MONOTONIC)
        parley_set_timer_slack(1_000)
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { events in
            while !isStopping.load(ordering: .relaxed) {
                nextLook = max(nextLook + Self.pace, parley_clock_ns(CLOCK_MONOTONIC))
                bench_sleep_until(nextLook)
                look(events)
                let now = parley_clock_ns(CLOCK_MONOTONIC)
                guard now >= nextTurn else { continue }
                nextTurn = now + Self.turn
                clockOffset = parley_clock_ns(CLOCK_REALTIME) - parley_clock_ns(CLOCK_MONOTONIC)
                for endpoint in endpoints { endpoint.advance(to: now) }
                cpu.store(parley_clock_ns(CLOCK_THREAD_CPUTIME_ID), ordering: .relaxed)
            }
        }
    }

    /// Reads every socket that has something.
    private func look(_ events: UnsafeMutableBufferPointer<epoll_event>) {
        var count = 0
        repeat {
            count = Int(parley_epoll_wait(epoll, events.baseAddress!, Int32(Self.batch), 0))
            for index in 0..<max(0, count) {
                let row = events[index].data.u64
                if row == UInt64.max { doWork() } else { drain(endpoints[Int(row)]) }
            }
        } while count == Self.batch && !isStopping.load(ordering: .relaxed)
    }

    private func doWork() {
        var count: UInt64 = 0
        read(wake, &count, MemoryLayout<UInt64>.size)
        let taken = work.withLock { work in
            defer { work = [] }
            return work
        }
        for body in taken { body() }
    }

    @inline(__always)
    private func drain(_ endpoint: Endpoint) {
        var count = 0
        repeat {
            for index in 0..<Self.batch { messages[index].header.msg_controllen = Self.controlBytes }
            count = Int(parley_recvmmsg(endpoint.descriptor, messages, UInt32(Self.batch)))
            guard count > 0 else { return }
            let now = parley_clock_ns(CLOCK_MONOTONIC)
            for index in 0..<count {
                let datagram = UnsafeMutableRawBufferPointer(
                    start: bytes + index * Self.datagramBytes, count: Int(messages[index].length))
                var ancillary = parley_received()
                parley_read_control(&messages[index].header, &ancillary)
                let came = ancillary.timestamp_ns > 0 ? ancillary.timestamp_ns - clockOffset : now
                endpoint.receive(datagram, at: came, sampling: sampling, into: records)
            }
            endpoint.sendNACKs(at: now)
        } while count == Self.batch
    }
}
