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
    private let state = Mutex(State())
    private let refusals = Atomic<Int>(0)

    private struct State {
        var messages: [Message] = []
        /// What takes something away from a peer, once the mailbox is full: the last word on each, so as many as there are peers.
        var lastWords: [PeerID: Command] = [:]
        /// And who shares a room with whom.
        var spans: [RoomID: Command] = [:]

        mutating func keep(_ command: Command) -> Bool {
            switch command {
            case .spanRoom(let id, _): spans[id] = command
            case .closePeer(let id): lastWords[id] = command
            case .setRights(let id, _):
                if case .closePeer = lastWords[id] { return true }
                lastWords[id] = command
            default: return false
            }
            return true
        }
    }

    init() throws(MediaServerError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .socket("eventfd", errno) }
    }

    deinit { close(descriptor) }

    /// - Returns: `false` if it was full and the message is lost. What ends a peer or changes its rights always fits, and so do `stop` and who
    ///   shares a room: nobody goes on sending because the worker was busy when they were told off.
    func put(_ message: Message) -> Bool {
        let accepted = state.withLock { state in
            if case .command(let command) = message, state.messages.count >= Self.capacity { return state.keep(command) }
            state.messages.append(message)
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
        return state.withLock { state in
            let last = Array(state.spans.values) + Array(state.lastWords.values)
            let taken = state.messages + last.map { .command($0) }
            state = State()
            return taken
        }
    }
}
