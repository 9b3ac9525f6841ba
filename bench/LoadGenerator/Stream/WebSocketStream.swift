/// A WebSocket of a client among thousands on one thread: upgraded, then text both ways, never waiting.
public final class WebSocketStream {
    /// A whole text message.
    public var onText: (String) -> Void = { _ in }
    /// Once, unless it was closed by us: the close code, or 0 where the connection broke, and why.
    public var onEnd: (Int, String) -> Void = { _, _ in }
    public private(set) var isUp = false

    private let connection: StreamConnection
    private var frames = WebSocketFrames()
    private var hasEnded = false

    // The example of RFC 6455 §1.3.
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    /// Begins to connect and to upgrade.
    public init(_ poll: EventPoll, port: UInt16, path: String, from source: String) throws {
        connection = try StreamConnection(poll, port: port, from: source)
        connection.onBytes = { [weak self] in self?.arrived() }
        connection.onEnd = { [weak self] why in self?.end(0, why) }
        let head = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        connection.send(Array("\(head)Sec-WebSocket-Key: \(Self.key)\r\nSec-WebSocket-Version: 13\r\n\r\n".utf8))
    }

    public func send(_ text: String) { connection.send(WebSocketFrames.encode(.text, Array(text.utf8))) }

    /// Says good-bye and closes at once.
    public func close(_ code: UInt16 = 1000) {
        hasEnded = true
        connection.send(WebSocketFrames.encode(.close, [UInt8(code >> 8), UInt8(code & 0xFF)]))
        connection.close()
    }

    /// Goes without a word, as a device does that loses its network.
    public func abandon() {
        hasEnded = true
        connection.close()
    }

    private func arrived() {
        do {
            if !isUp { try readUpgrade() }
            guard isUp else { return }
            frames.append(connection.inbound)
            connection.take(connection.inbound.count)
            // A message may make its reader close us.
            while !hasEnded, let message = try frames.next() { handle(message) }
        } catch { end(0, "\(error)") }
    }

    /// RFC 6455 §4.1: 101 and our key's hash.
    private func readUpgrade() throws {
        guard let end = HTTPAnswer.endOfHead(connection.inbound) else { return }
        let head = String(decoding: connection.inbound[..<end], as: UTF8.self)
        guard head.hasPrefix("HTTP/1.1 101"), head.contains(Self.accept) else {
            throw BenchError("no upgrade: \(head.prefix { $0 != "\r\n" })")
        }
        connection.take(end + 4)
        isUp = true
    }

    private func handle(_ message: WebSocketFrames.Message) {
        switch message {
        case .text(let text): onText(text)
        case .ping(let payload): connection.send(WebSocketFrames.encode(.pong, payload))
        case .close(let code, let reason): end(Int(code ?? 1005), reason)
        case .other: break
        }
    }

    private func end(_ code: Int, _ why: String) {
        guard !hasEnded else { return }
        hasEnded = true
        connection.close()
        onEnd(code, why)
    }
}
