/// One HTTP/1.1 answer with a `Content-Length` (RFC 9112 §6), as far as a generator cares.
public struct HTTPAnswer: Equatable, Sendable {
    public var status: Int
    /// Where the body lies in the bytes it was read from; the answer ends there.
    public var body: Range<Int>
    /// The server will close the connection.
    public var closes: Bool

    /// - Returns: `nil` while the answer is not complete.
    /// - Throws: if it is not HTTP, or its length is not told.
    public static func read(_ bytes: [UInt8]) throws -> HTTPAnswer? {
        guard let head = endOfHead(bytes) else {
            guard bytes.count < 65_536 else { throw BenchError("an answer without an end of its head") }
            return nil
        }
        let lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw BenchError("this is not HTTP") }
        func value(_ name: String) -> String? {
            let line = lines.first { $0.lowercased().hasPrefix(name + ":") }
            return line.map { $0.dropFirst(name.count + 1).filter { $0 != " " }.lowercased() }
        }
        let hasBody = status >= 200 && status != 204 && status != 304
        guard let length = hasBody ? value("content-length").flatMap({ Int($0) }) : 0, length >= 0 else {
            throw BenchError("an answer \(status) without Content-Length")
        }
        guard bytes.count >= head + 4 + length else { return nil }
        return HTTPAnswer(status: status, body: (head + 4)..<(head + 4 + length), closes: value("connection") == "close")
    }

    /// Where the empty line begins that ends a head.
    static func endOfHead(_ bytes: [UInt8]) -> Int? {
        var at = 0
        while at + 4 <= bytes.count {
            if bytes[at] == 13, bytes[at + 1] == 10, bytes[at + 2] == 13, bytes[at + 3] == 10 { return at }
            at += 1
        }
        return nil
    }
}
