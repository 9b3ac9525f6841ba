/// RFC 6455 §5.2, the client's side: what arrives is cut into messages, what is sent is masked. Pure: bytes in, messages out.
public struct WebSocketFrames: Sendable {
    /// A whole message; fragments are joined.
    public enum Message: Equatable, Sendable {
        case text(String)
        case ping([UInt8])
        /// With the code, where there is one, and the reason.
        case close(UInt16?, String)
        /// Binary data and pongs, which nobody here asks for.
        case other
    }

    public enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case close = 8
        case ping = 9
        case pong = 10
    }

    /// No server here sends more; one that announces it is broken.
    static let longestFrame = 64 << 20

    private var bytes: [UInt8] = []
    private var read = 0
    private var fragments: [UInt8] = []

    public init() {}

    public mutating func append(_ more: some Collection<UInt8>) {
        if read == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            read = 0
        }
        bytes += more
    }

    /// The next message that is complete.
    /// - Throws: where a frame is longer than any server sends.
    public mutating func next() throws -> Message? {
        while let frame = try nextFrame() {
            switch frame.opcode {
            case Opcode.text.rawValue, Opcode.continuation.rawValue:
                fragments += bytes[frame.payload]
                guard frame.isFinal else { continue }
                defer { fragments = [] }
                return .text(String(decoding: fragments, as: UTF8.self))
            case Opcode.ping.rawValue: return .ping(Array(bytes[frame.payload]))
            case Opcode.close.rawValue: return closing(bytes[frame.payload])
            default: return .other
            }
        }
        return nil
    }

    private func closing(_ payload: ArraySlice<UInt8>) -> Message {
        guard payload.count >= 2 else { return .close(nil, "") }
        let code = UInt16(payload[payload.startIndex]) << 8 | UInt16(payload[payload.startIndex + 1])
        return .close(code, String(decoding: payload.dropFirst(2), as: UTF8.self))
    }

    private struct Frame {
        var opcode: UInt8
        var isFinal: Bool
        var payload: Range<Int>
    }

    ///      0                   1
    ///     |F|RSV|opcode |M| length 7    | length 16 or 64 where the seven bits are 126 or 127 | payload |
    ///
    /// A server does not mask.
    private mutating func nextFrame() throws -> Frame? {
        guard bytes.count - read >= 2 else { return nil }
        var length = Int(bytes[read + 1] & 0x7F)
        let header = length < 126 ? 2 : length == 126 ? 4 : 10
        guard bytes.count - read >= header else { return nil }
        if header > 2 { length = bytes[(read + 2)..<(read + header)].reduce(0) { $0 &<< 8 | Int($1) } }
        guard (0...Self.longestFrame).contains(length) else { throw BenchError("a WebSocket frame of \(length) bytes") }
        guard bytes.count - read >= header + length else { return nil }
        let start = read + header
        let first = bytes[read]
        read = start + length
        return Frame(opcode: first & 0x0F, isFinal: first & 0x80 != 0, payload: start..<read)
    }

    /// One whole message, masked with zeros: the key hides nothing from a server on this machine.
    public static func encode(_ opcode: Opcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        var frame: [UInt8] = [0x80 | opcode.rawValue]
        let count = payload.count
        if count < 126 {
            frame.append(0x80 | UInt8(count))
        } else if count < 65_536 {
            frame += [0x80 | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            frame.append(0x80 | 127)
            frame += (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        }
        frame += [0, 0, 0, 0]
        frame += payload
        return frame
    }
}
