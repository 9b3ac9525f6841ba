import Synchronization

/// Messages from many threads to the one actor that owns the state they concern, in the order in which each thread posts them. Posting never
/// blocks, and nothing that was taken is dropped.
///
/// What may wait is bounded in two ways, after who can be refused:
///
/// * `offer` is for what somebody outside asks for. When `capacity` messages or `byteCapacity` bytes wait it is refused and counted, and the
///   caller must say so to whoever asked: close the socket with 1013, answer 503, end the peer.
/// * `post` is for what must not be lost: a committed event, a socket's end, an answer that somebody waits for. It is always taken. Its sources
///   hold back instead while `hasRoom` is false: REST admits no writes, and an actor that fills another's mailbox waits in `room()`.
package final class Mailbox<Message: Sendable>: Sendable {
    fileprivate struct Entry: Sendable {
        var message: Message
        var bytes: Int
    }

    private struct Load {
        var waiting = 0
        var bytes = 0
        var refused: UInt64 = 0
        var isClosed = false
        /// Those who wait for room.
        var held: [CheckedContinuation<Void, Never>] = []
    }

    package let capacity: Int
    package let byteCapacity: Int
    fileprivate let entries: AsyncStream<Entry>
    private let continuation: AsyncStream<Entry>.Continuation
    private let load = Mutex(Load())

    package init(capacity: Int, byteCapacity: Int = .max) {
        self.capacity = capacity
        self.byteCapacity = byteCapacity
        (entries, continuation) = AsyncStream.makeStream(of: Entry.self, bufferingPolicy: .unbounded)
        continuation.onTermination = { [weak self] _ in self?.ended() }
    }

    /// Always taken.
    ///
    /// - Returns: `false` after `close`: nobody will read it.
    @discardableResult
    package func post(_ message: Message) -> Bool {
        load.withLock { $0.waiting += 1 }
        return put(Entry(message: message, bytes: 0))
    }

    /// Taken if there is room for it.
    ///
    /// - Parameter bytes: what the message keeps in memory beside itself.
    /// - Returns: `false` if it was refused, or after `close`.
    package func offer(_ message: Message, bytes: Int = 0) -> Bool {
        let fits = load.withLock { load in
            guard load.waiting < capacity, bytes <= byteCapacity - load.bytes else {
                load.refused += 1
                return false
            }
            load.waiting += 1
            load.bytes += bytes
            return true
        }
        return fits && put(Entry(message: message, bytes: bytes))
    }

    package var hasRoom: Bool { load.withLock { $0.waiting < capacity } }

    /// Messages refused since the start.
    package var refused: UInt64 { load.withLock { $0.refused } }

    package var waiting: Int { load.withLock { $0.waiting } }

    /// Returns when there is room, when nobody reads any more, or when the task is cancelled.
    package func room() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGoOn = load.withLock { load in
                    guard load.waiting >= capacity, !load.isClosed, !Task.isCancelled else { return true }
                    load.held.append(continuation)
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
        } onCancel: {
            // Whoever else is woken by it looks again at the next message.
            letGo(all: true) { _ in }
        }
    }

    /// Posts the message every second until the task is cancelled.
    package func ticks(_ message: Message) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                post(message)
            }
        }
    }

    /// Ends `messages` after those already posted.
    package func close() {
        continuation.finish()
    }

    private func put(_ entry: Entry) -> Bool {
        guard case .terminated = continuation.yield(entry) else { return true }
        took(entry)
        return false
    }

    fileprivate func took(_ entry: Entry) {
        letGo { load in
            load.waiting -= 1
            load.bytes -= entry.bytes
        }
    }

    private func ended() { letGo { $0.isClosed = true } }

    /// Changes the load and wakes those who wait for room, if there may be some.
    private func letGo(all: Bool = false, _ change: (inout Load) -> Void) {
        let woken = load.withLock { load in
            change(&load)
            guard all || load.waiting < capacity || load.isClosed else { return [CheckedContinuation<Void, Never>]() }
            defer { load.held = [] }
            return load.held
        }
        for continuation in woken { continuation.resume() }
    }
}

extension Mailbox {
    /// For the one reader. A message counts as waiting until it has been taken.
    package var messages: Messages { Messages(mailbox: self) }

    package struct Messages: AsyncSequence {
        fileprivate let mailbox: Mailbox

        package func makeAsyncIterator() -> Iterator { Iterator(mailbox: mailbox, entries: mailbox.entries.makeAsyncIterator()) }

        package struct Iterator: AsyncIteratorProtocol {
            fileprivate let mailbox: Mailbox
            fileprivate var entries: AsyncStream<Entry>.Iterator

            package mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> Message? {
                guard let entry = await entries.next(isolation: actor) else { return nil }
                mailbox.took(entry)
                return entry.message
            }

            package mutating func next() async -> Message? { await next(isolation: nil) }
        }
    }
}
