/// Messages from many threads to the one actor that owns the state they concern, in the order in which each thread posts them.
///
/// It has no bound of its own: what enters is bounded at its source (a socket's message rate and size, one entry per commit, the worker's
/// event rate), and a message dropped here would be a lost event. Posting never blocks.
package final class Mailbox<Message: Sendable>: Sendable {
    package let messages: AsyncStream<Message>
    private let continuation: AsyncStream<Message>.Continuation

    package init() {
        (messages, continuation) = AsyncStream.makeStream(of: Message.self, bufferingPolicy: .unbounded)
    }

    /// - Returns: `false` after `close`: nobody will read it.
    @discardableResult
    package func post(_ message: Message) -> Bool {
        if case .terminated = continuation.yield(message) { false } else { true }
    }

    /// Ends `messages` after those already posted.
    package func close() {
        continuation.finish()
    }
}
