import CLinux
import Glibc
import LoadGenerator

/// A WebSocket to a server on this machine. One thread at a time.
final class WebSocketClient {
    let descriptor: Int32
    private let path: String
    private var frames = WebSocketFrames()
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    /// - Throws: where the server does not upgrade.
    init(_ http: HTTPClient, _ path: String) throws {
        self.path = path
        descriptor = try http.connect()
        // The key is what it must be, sixteen bytes in base 64; the proof of having read it would prove nothing here.
        try write(
            Array(
                """
                GET \(path) HTTP/1.1\r\nHost: \(http.host):\(http.port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
                """.utf8))
        var head: [UInt8] = []
        while !head.ends(with: Array("\r\n\r\n".utf8)) {
            var byte: UInt8 = 0
            guard recv(descriptor, &byte, 1, 0) == 1 else { throw BenchError("\(path): no answer to the upgrade") }
            head.append(byte)
        }
        guard head.starts(with: Array("HTTP/1.1 101 ".utf8)) else {
            throw BenchError("\(path): not upgraded: \(String(decoding: head.prefix(64), as: UTF8.self))")
        }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try write(WebSocketFrames.encode(.text, Array(text.utf8))) }

    /// Waits for a text; answers pings meanwhile.
    func receive() throws -> String {
        while true {
            while let message = try frames.next() {
                if let text = try take(message) { return text }
            }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { throw BenchError("\(path): the connection broke or was silent too long") }
            frames.append(chunk[..<count])
        }
    }

    /// Forgets what is there, without waiting and without looking at it: from now on nobody reads this socket. In a room of 200 it brings megabytes.
    /// - Throws: when it is over.
    func discard() throws {
        while true {
            // MSG_TRUNC: the kernel throws the bytes away (tcp(7)).
            let count = recv(descriptor, nil, 16 << 20, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            guard count > 0 else { throw BenchError("\(path): the connection broke") }
        }
    }

    private func take(_ message: WebSocketFrames.Message) throws -> String? {
        switch message {
        case .text(let text): return text
        case .ping(let payload):
            try write(WebSocketFrames.encode(.pong, payload))
            return nil
        case .close(let code, let reason): throw BenchError("\(path): closed with \(code.map(String.init) ?? "no code") \(reason)")
        case .other: return nil
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        var at = 0
        while at < bytes.count {
            let sent = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress! + at, $0.count - at, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { throw BenchError("\(path): the connection broke: errno \(errno)") }
            at += sent
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
