import CLinux
import Glibc
import Synchronization

/// How other threads reach a worker: commands in order, and an eventfd that wakes its epoll. Signalling's pace only; packets never pass here.
final class Mailbox: Sendable {
    enum Message: Sendable {
        case command(Command)
        /// Close every peer, send what that takes, end the thread.
        case stop
    }

    /// Chosen: everyone in a room of hundreds acting at once fits several times; beyond it the worker is stuck and the sender must know.
    static let capacity = 8192

    /// For epoll.
    let descriptor: Int32
    private let messages = Mutex<[Message]>([])
    private let refusals = Atomic<Int>(0)

    init() throws(MediaServerError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .socket("eventfd", errno) }
    }

    deinit { close(descriptor) }

    /// - Returns: `false` if it was full and the message is lost. `stop` always fits.
    func put(_ message: Message) -> Bool {
        let accepted = messages.withLock { messages in
            if case .command = message, messages.count >= Self.capacity { return false }
            messages.append(message)
            return true
        }
        if !accepted { refusals.add(1, ordering: .relaxed) }
        if accepted {
            var one: UInt64 = 1
            write(descriptor, &one, MemoryLayout<UInt64>.size)
        }
        return accepted
    }

    /// How many commands were refused since the last call.
    func takeRefusals() -> Int { refusals.exchange(0, ordering: .relaxed) }

    /// Takes everything. Called by the worker alone.
    func takeAll() -> [Message] {
        var count: UInt64 = 0
        read(descriptor, &count, MemoryLayout<UInt64>.size)
        return messages.withLock { messages in
            let taken = messages
            messages = []
            return taken
        }
    }
}
