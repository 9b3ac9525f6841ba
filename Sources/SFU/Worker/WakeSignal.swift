import CLinux
import Glibc
import Synchronization

/// Wakes a worker out of its epoll, for one system call when it sleeps and none when it does not.
///
/// The worker says that it is about to sleep and then looks once more whether there is anything to do; the other writes and then asks
/// whether the worker sleeps. In whatever order that happens one of the two sees the other's.
final class WakeSignal: Sendable {
    /// For epoll.
    let descriptor: Int32
    private let isAsleep = Atomic<Bool>(false)

    init() throws(MediaServerError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .socket("eventfd", errno) }
    }

    deinit { close(descriptor) }

    /// There is something to do. From any thread.
    func wake() {
        guard isAsleep.exchange(false, ordering: .sequentiallyConsistent) else { return }
        var one: UInt64 = 1
        write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// The worker's: from here on `wake` makes the descriptor readable. What was written before must be looked for once more.
    func willSleep() { isAsleep.store(true, ordering: .sequentiallyConsistent) }

    func didWake() {
        guard !isAsleep.exchange(false, ordering: .sequentiallyConsistent) else { return }
        var count: UInt64 = 0
        read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
