import NIOCore
import Synchronization

/// A handle on one open WebSocket that may be held and used by any thread. Calls are carried out on the socket's event loop in the
/// order in which one thread makes them; after the socket has closed they do nothing.
package final class WebSocketConnection: Sendable {
    /// Unique while the server runs.
    package let id: UInt64
    /// `Host` of the upgrade request, for building absolute URLs; empty if the client sent none.
    package let host: String
    /// Whether the request came over TLS, here or at a proxy that says so in X-Forwarded-Proto.
    package let isSecure: Bool
    let channel: any Channel

    private static let counter = Atomic<UInt64>(0)

    init(channel: any Channel, host: String, isSecure: Bool) {
        self.id = Self.counter.add(1, ordering: .relaxed).newValue
        self.channel = channel
        self.host = host
        self.isSecure = isSecure
    }

    package var eventLoop: any EventLoop { channel.eventLoop }

    /// Queues a text message. A socket that does not take its messages is closed once 1 MiB waits for it (`WebSocketLink.outboundLimit`).
    package func send(_ message: ByteBuffer) {
        channel.triggerUserOutboundEvent(LinkCommand.send(message), promise: nil)
    }

    /// Sends a close frame, and ends the connection when the client has answered it or 2 s later.
    package func close(_ code: CloseCode, reason: String = "") {
        channel.triggerUserOutboundEvent(LinkCommand.close(code, reason), promise: nil)
    }

    /// Closes the socket with `code` unless `expect` is called again within `time`. One expectation at a time, the last call counts.
    package func expect(within time: Duration, orClose code: CloseCode, reason: String) {
        channel.triggerUserOutboundEvent(LinkCommand.expect(TimeAmount(time), code, reason), promise: nil)
    }
}

/// What a `WebSocketConnection` asks of its `WebSocketLink`.
enum LinkCommand: Sendable {
    case send(ByteBuffer)
    case close(CloseCode, String)
    case expect(TimeAmount, CloseCode, String)
}
