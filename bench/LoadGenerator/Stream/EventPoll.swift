import CLinux
import Glibc

/// What waits for a descriptor.
public protocol PollTarget: AnyObject {
    /// - Parameter events: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP.
    func becameReady(_ events: UInt32)
}

/// The one epoll of a generator that keeps thousands of sockets on one thread.
public final class EventPoll {
    private static let eventsPerWait = 256
    private let descriptor: Int32
    /// After each wait: what a load does by the clock.
    public var onTurn: () -> Void = {}
    /// By file descriptor.
    private var targets: [(any PollTarget)?] = []
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: eventsPerWait)

    public init() throws {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw BenchError("epoll: errno \(errno)") }
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    /// Nanoseconds of CLOCK_MONOTONIC.
    public static var now: Int64 { parley_clock_ns(CLOCK_MONOTONIC) }

    func add(_ target: any PollTarget, _ socket: Int32, writes: Bool) {
        while targets.count <= Int(socket) { targets.append(nil) }
        targets[Int(socket)] = target
        control(EPOLL_CTL_ADD, socket, writes)
    }

    func change(_ socket: Int32, writes: Bool) { control(EPOLL_CTL_MOD, socket, writes) }

    /// Before the socket is closed.
    func remove(_ socket: Int32) {
        targets[Int(socket)] = nil
        control(EPOLL_CTL_DEL, socket, false)
    }

    private func control(_ operation: Int32, _ socket: Int32, _ writes: Bool) {
        var event = epoll_event(
            events: EPOLLIN.rawValue | (writes ? EPOLLOUT.rawValue : 0), data: epoll_data_t(fd: socket))
        epoll_ctl(descriptor, operation, socket, &event)
    }

    /// Tells targets what has happened; waits so long at most where nothing has.
    public func wait(milliseconds: Int32) {
        let count = Int(epoll_wait(descriptor, events, Int32(Self.eventsPerWait), milliseconds))
        defer { onTurn() }
        guard count > 0 else { return }
        for index in 0..<count {
            let socket = Int(events[index].data.fd)
            // It may have been closed by what was told before it in this round.
            guard socket < targets.count, let target = targets[socket] else { continue }
            target.becameReady(events[index].events)
        }
    }

    /// Goes on until a condition holds.
    /// - Returns: whether it holds; `false` when the time was up.
    @discardableResult
    public func run(seconds: Double, until isDone: () -> Bool) -> Bool {
        let end = Self.now + Int64(seconds * 1e9)
        while !isDone() {
            guard Self.now < end else { return false }
            wait(milliseconds: 1)
        }
        return true
    }
}
