import Logging
import NIOCore

/// What an owner of sockets is told of them, whatever else its mailbox takes.
protocol SocketMessage: Sendable {
    static func opened(_ socket: WebSocketConnection) -> Self
    static func received(_ message: ByteBuffer, _ socket: WebSocketConnection) -> Self
    static func draining(_ socket: WebSocketConnection) -> Self
    static func closed(_ socket: WebSocketConnection, _ code: CloseCode?) -> Self
}

/// The sockets' way into a gateway's mailbox.
struct SocketDoor<Message: SocketMessage>: WebSocketOwner {
    let mailbox: Mailbox<Message>
    let logger: Logger

    func opened(_ socket: WebSocketConnection) {
        turnAway(socket, unless: mailbox.offer(.opened(socket)))
    }

    func received(_ message: ByteBuffer, on socket: WebSocketConnection) {
        turnAway(socket, unless: mailbox.offer(.received(message, socket), bytes: message.readableBytes))
    }

    func draining(_ socket: WebSocketConnection) { mailbox.post(.draining(socket)) }
    func closed(_ socket: WebSocketConnection, code: CloseCode?) { mailbox.post(.closed(socket, code)) }

    /// Nothing that comes after a message that was refused is taken: the socket is closed with 1013, and its client comes back and resumes.
    private func turnAway(_ socket: WebSocketConnection, unless isTaken: Bool) {
        guard !isTaken else { return }
        logger.warning("too many messages wait: a socket was closed", metadata: ["refused": "\(mailbox.refused)"])
        socket.close(.tryAgainLater, reason: "the server is overloaded")
    }
}
