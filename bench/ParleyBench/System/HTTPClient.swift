import CLinux
import Glibc
import LoadGenerator

/// HTTP/1.1 for signalling: one request on a connection of its own. Enough for servers on this machine; it knows lengths and chunks.
struct HTTPClient {
    var port: UInt16
    var host = "127.0.0.1"
    /// Longest wait for an answer.
    var seconds = 20
    /// Address to come from, where a server counts by address; none: the system's choice.
    var source: String?

    struct Response {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    func request(_ method: String, _ path: String, body: String? = nil, headers: [(String, String)] = []) throws -> Response {
        let descriptor = try connect()
        defer { close(descriptor) }
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        text += "\r\n" + (body ?? "")
        var bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            let sent = bytes.withUnsafeMutableBytes { send(descriptor, $0.baseAddress! + at, $0.count - at, 0) }
            guard sent > 0 else { throw BenchError("\(method) \(path): the connection broke: errno \(errno)") }
            at += sent
        }
        return try Self.parse(readAll(descriptor), "\(method) \(path)")
    }

    /// Waits where the server says that it is asked too fast, as clients do.
    /// - Throws: if the status is not 2xx.
    func call(_ method: String, _ path: String, body: String? = nil, headers: [(String, String)] = []) throws -> Response {
        var response = try request(method, path, body: body, headers: headers)
        for _ in 0..<Self.patience where response.status == 429 {
            usleep(Self.wait(response))
            response = try request(method, path, body: body, headers: headers)
        }
        guard (200..<300).contains(response.status) else { throw BenchError("\(method) \(path): \(response.status) \(response.body)") }
        return response
    }

    /// So often a request is made again after a 429.
    private static let patience = 20

    /// Microseconds that a 429 asks for, up to two seconds.
    private static func wait(_ response: Response) -> UInt32 {
        struct Limit: Decodable { var retry_after: Double }
        let limit: Limit? = try? JSON.decode(response.body)
        return UInt32(min(2, max(0.001, limit?.retry_after ?? 0.1)) * 1_000_000)
    }

    func connect() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var status: Int32 = 0
        if let source { status = Self.with(source, 0) { bind(descriptor, $0, $1) } }
        status |= Self.with(host, port) { Glibc.connect(descriptor, $0, $1) }
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        guard status == 0 else {
            close(descriptor)
            throw BenchError("nobody listens on \(host):\(port)")
        }
        return descriptor
    }

    private static func with(_ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private func readAll(_ descriptor: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return all }
            all += chunk[..<count]
        }
    }

    static func parse(_ bytes: [UInt8], _ what: String) throws -> Response {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw BenchError("\(what): no answer") }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { throw BenchError("\(what): not HTTP") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        var body = String(text[end.upperBound...])
        if headers["transfer-encoding"] == "chunked" { body = joinChunks(body) }
        return Response(status: status, headers: headers, body: body)
    }

    /// RFC 9112 §7.1, for text: sizes count bytes.
    private static func joinChunks(_ body: String) -> String {
        var rest = Array(body.utf8)[...]
        var joined: [UInt8] = []
        while let line = rest.firstIndex(of: 13), let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), size > 0,
            line + 2 + size <= rest.endIndex
        {
            joined += rest[(line + 2)..<(line + 2 + size)]
            rest = rest[(line + 2 + size)...].dropFirst(2)
        }
        return String(decoding: joined, as: UTF8.self)
    }
}
