import NIOCore

/// One path that accepts WebSockets, its limits and the owner of its sockets.
package struct WebSocketEndpoint: Sendable {
    /// Exact path of the request, without its query.
    package var path: String
    /// Bytes of one message; a longer one closes the socket with `oversizeCode`.
    package var maximumMessageBytes: Int
    package var oversizeCode: CloseCode
    /// Messages that a client may send in any 60 seconds; one more closes the socket with `rateCode`. 120 as Discord documents.
    package var messagesPerMinute: Int
    package var rateCode: CloseCode
    /// Sent to sockets that are still open a second after the server began to drain.
    package var drainCode: CloseCode
    package var owner: any WebSocketOwner

    package init(
        path: String, maximumMessageBytes: Int, oversizeCode: CloseCode, messagesPerMinute: Int = 120, rateCode: CloseCode,
        drainCode: CloseCode, owner: any WebSocketOwner
    ) {
        self.path = path
        self.maximumMessageBytes = maximumMessageBytes
        self.oversizeCode = oversizeCode
        self.messagesPerMinute = messagesPerMinute
        self.rateCode = rateCode
        self.drainCode = drainCode
        self.owner = owner
    }

    /// What the frame decoder accepts. Above `maximumMessageBytes`, so that a slightly longer message is answered by `oversizeCode`;
    /// beyond this the frame's header alone closes the socket with 1009 before any of its bytes are kept.
    var maximumFrameBytes: Int { max(maximumMessageBytes * 2, 1 << 14) }
}

/// Whoever owns an endpoint's sockets. Called on the socket's event loop, in order: opened, received …, closed. Must not block.
package protocol WebSocketOwner: Sendable {
    func opened(_ socket: WebSocketConnection)
    /// A whole text message, not longer than the endpoint allows.
    func received(_ message: ByteBuffer, on socket: WebSocketConnection)
    /// The server is shutting down; the owner may say good-bye and close. After a second the socket is closed in any case.
    func draining(_ socket: WebSocketConnection)
    /// - Parameter code: what the client's close frame said; `nil` when the connection ended without one or we closed it.
    func closed(_ socket: WebSocketConnection, code: CloseCode?)
}
