import CBench
import CLinux
import Glibc
import RTP
import Synchronization

/// The send thread: absolute ticks; at each it writes, encrypts and sends what every stream owes by then, one `sendmmsg` a
/// publisher. Once a second it reports what it has sent, and it sends again what servers ask for.
public final class Sender: @unchecked Sendable {
    /// Frames are due together; a tick of this many nanoseconds is fine enough.
    public static let tickOfFrames: Int64 = 1_000_000
    /// Packets that are to come evenly must not be sent in bunches: at 3,000 a second a tick of a millisecond would make bursts of three.
    public static let evenTick: Int64 = 100_000
    private let tick: Int64
    static let batch = 64
    static let datagramBytes = 1600
    /// What a report names its sources by (RFC 3550 §6.5.1).
    private static let name = Array("bench".utf8)

    /// How late packets left, by their schedule: the generator's own health. Read it while the sender holds.
    public let lateness = LatencyHistogram()
    public let refused = Atomic<UInt64>(0)
    /// Datagrams handed to the kernel: media, retransmissions, reports.
    public let datagrams = Atomic<UInt64>(0)
    /// How long it has been sending, in nanoseconds: what it held is not among it.
    public let sending = Atomic<Int64>(0)
    /// Packets sent again.
    public let retransmissions = Atomic<UInt64>(0)
    private let publishers = Mutex<[Endpoint]>([])
    private let changes = Atomic(0)
    private let wantsHold = Atomic(false)
    private let isHolding = Atomic(false)
    private let isStopping = Atomic(false)
    private var thread = GeneratorThread()
    private let messages = UnsafeMutablePointer<parley_message>.allocate(capacity: batch)
    private let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: batch)
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: batch * datagramBytes, alignment: 64)
    let cpu = Atomic<Int64>(0)

    /// - Parameter tick: nanoseconds.
    public init(tick: Int64 = tickOfFrames) {
        self.tick = tick
        for index in 0..<Self.batch {
            vectors[index] = iovec(iov_base: bytes + index * Self.datagramBytes, iov_len: 0)
            messages[index] = parley_message()
            messages[index].header.msg_iov = vectors + index
            messages[index].header.msg_iovlen = 1
        }
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        bytes.deallocate()
    }

    public func start() {
        thread.start("bench-send") { self.run() }
    }

    public func stop() {
        isStopping.store(true, ordering: .relaxed)
        thread.join()
    }

    /// Starts what this endpoint publishes; it is up.
    public func add(_ endpoint: Endpoint) {
        publishers.withLock { $0.append(endpoint) }
        changes.add(1, ordering: .releasing)
    }

    /// Runs `body` while nothing is sent and what was sent has had time to arrive; all schedules then go on where they were.
    /// - Parameter milliseconds: how long to wait for what is under way.
    public func whileHolding<Result>(settling milliseconds: UInt32, _ body: () -> Result) -> Result {
        wantsHold.store(true, ordering: .releasing)
        while !isHolding.load(ordering: .acquiring) { usleep(200) }
        usleep(milliseconds * 1000)
        defer { wantsHold.store(false, ordering: .releasing) }
        return body()
    }

    /// The receive thread has the same core: with a hundred thousand packets a second to look at it would keep this one waiting for a time slice, and what then
    /// leaves late and in bunches is another load than was asked for. Without the right to it (root) all stays as it is.
    private static func goFirst() {
        var priority = sched_param(sched_priority: 1)
        _ = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority)
    }

    private func run() {
        Self.goFirst()
        parley_set_timer_slack(1_000)
        var due = parley_clock_ns(CLOCK_MONOTONIC)
        var active: [Endpoint] = []
        // When each of them has something to do next, side by side: of a thousand microphones one in twenty has at a tick.
        var visits: [Int64] = []
        var known = 0
        while !isStopping.load(ordering: .relaxed) {
            due += tick
            bench_sleep_until(due)
            if changes.load(ordering: .acquiring) != known {
                known = changes.load(ordering: .acquiring)
                active = publishers.withLock { $0 }
                for publisher in active { publisher.beginReports(at: due) }
                visits = [Int64](repeating: due, count: active.count)
            }
            let holds = wantsHold.load(ordering: .acquiring)
            isHolding.store(holds, ordering: .releasing)
            if !holds { sending.add(tick, ordering: .relaxed) }
            for row in visits.indices where holds || visits[row] <= due { visits[row] = visit(active[row], at: due, holds: holds) }
            cpu.store(bench_thread_cpu_ns(), ordering: .relaxed)
        }
    }

    /// Sends what a publisher owes, or moves it on by a tick.
    /// - Returns: when to look at it again.
    private func visit(_ publisher: Endpoint, at due: Int64, holds: Bool) -> Int64 {
        if holds {
            for stream in publisher.published { stream.postpone(by: tick) }
        } else {
            while send(from: publisher, until: due) == Self.batch {}
            sendAgain(from: publisher)
        }
        if publisher.senderSchedule.isDue(at: due) { sendReport(of: publisher, at: due) }
        return publisher.nextVisit(after: due)
    }

    /// - Returns: how many packets left; a full batch means that there may be more.
    private func send(from publisher: Endpoint, until due: Int64) -> Int {
        guard let srtp = publisher.sendingSRTP else { return 0 }
        var count = 0
        for stream in publisher.published {
            var written: UInt64 = 0
            while count < Self.batch {
                let packetDue = stream.nextDue(now: due)
                guard packetDue <= due else { break }
                let now = parley_clock_ns(CLOCK_MONOTONIC)
                let buffer = UnsafeMutableRawBufferPointer(start: bytes + count * Self.datagramBytes, count: Self.datagramBytes)
                let length = stream.writeNext(into: buffer, now: now)
                lateness.record(now - packetDue)
                stream.repair.remember(plain: buffer, length: length)
                guard let sealed = srtp.protectRTP(buffer, length: length) else {
                    refused.increase()
                    continue
                }
                stream.repair.remember(sealed: buffer, length: sealed)
                written += 1
                guard !stream.repair.loss.isLost() else { continue }
                vectors[count].iov_len = sealed
                count += 1
            }
            stream.sent.increase(by: written)
        }
        handOver(count, publisher)
        return count
    }

    private func handOver(_ count: Int, _ publisher: Endpoint) {
        guard count > 0 else { return }
        let sent = max(0, Int(parley_sendmmsg(publisher.descriptor, messages, UInt32(count))))
        datagrams.increase(by: UInt64(sent))
        if sent < count { refused.increase(by: UInt64(count - sent)) }
    }

    /// What the server has asked for since the last tick; of one stream a batch at most.
    private func sendAgain(from publisher: Endpoint) {
        guard let srtp = publisher.sendingSRTP else { return }
        for stream in publisher.published {
            var count = 0
            for number in stream.repair.requests.take(Self.batch) {
                let buffer = UnsafeMutableRawBufferPointer(start: bytes + count * Self.datagramBytes, count: Self.datagramBytes)
                guard let length = stream.repair.write(number, into: buffer, sealing: srtp) else { continue }
                retransmissions.increase()
                guard !stream.repair.loss.isLost() else { continue }
                vectors[count].iov_len = length
                count += 1
            }
            handOver(count, publisher)
        }
    }

    /// A report of each stream and its name, all in one datagram (RFC 3550 §6.1).
    private func sendReport(of publisher: Endpoint, at now: Int64) {
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: Self.datagramBytes)
        var writer = RTCPWriter(UnsafeMutableRawBufferPointer(rebasing: buffer[..<1400]))
        let ntp = NTPTime(unixNanoseconds: parley_clock_ns(CLOCK_REALTIME))
        for stream in publisher.published {
            guard let info = stream.senderInfo(at: now, ntp: ntp) else { continue }
            writer.senderReport(ssrc: stream.ssrc, info: info)
            writer.sourceDescription(ssrc: stream.ssrc, cname: Self.name)
        }
        guard writer.count > 0, let length = publisher.sendingSRTP?.protectRTCP(buffer, length: writer.count) else { return }
        vectors[0].iov_len = length
        handOver(1, publisher)
    }
}
