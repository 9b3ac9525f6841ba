import Testing

@testable import LoadGenerator

struct WebSocketFramesTests {
    /// A server's frame, which is not masked.
    private static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        var masked = WebSocketFrames.encode(.text, payload)
        masked[0] = (isFinal ? 0x80 : 0) | opcode
        let header = payload.count < 126 ? 2 : payload.count < 65_536 ? 4 : 10
        masked[1] &= 0x7F
        masked.removeSubrange(header..<(header + 4))
        return masked
    }

    private static func messages(_ bytes: [UInt8], step: Int) throws -> [WebSocketFrames.Message] {
        var frames = WebSocketFrames()
        var all: [WebSocketFrames.Message] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            frames.append(bytes[start..<min(bytes.count, start + step)])
            while let message = try frames.next() { all.append(message) }
        }
        return all
    }

    /// RFC 6455 §5.7: a single-frame unmasked text message, "Hello", and the same in two fragments.
    @Test func theStandardsOwnExamples() throws {
        let whole: [UInt8] = [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]
        #expect(try Self.messages(whole, step: 1) == [.text("Hello")])
        let fragments: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f]
        #expect(try Self.messages(fragments, step: 2) == [.text("Hello")])
        let ping: [UInt8] = [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]
        #expect(try Self.messages(ping, step: 7) == [.ping(Array("Hello".utf8))])
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]) func everyFormOfTheLength(_ count: Int) throws {
        let text = String(repeating: "a", count: count)
        let bytes = Self.frame(1, Array(text.utf8)) + Self.frame(1, Array("next".utf8))
        #expect(try Self.messages(bytes, step: 1_000) == [.text(text), .text("next")])
    }

    @Test func aPingBetweenFragmentsIsAMessageOfItsOwn() throws {
        let bytes = Self.frame(1, Array("ab".utf8), isFinal: false) + Self.frame(9, []) + Self.frame(0, Array("cd".utf8))
        #expect(try Self.messages(bytes, step: 3) == [.ping([]), .text("abcd")])
    }

    @Test func aCloseTellsWhy() throws {
        #expect(try Self.messages(Self.frame(8, [0x0F, 0xAE] + Array("left".utf8)), step: 4) == [.close(4014, "left")])
        #expect(try Self.messages(Self.frame(8, []), step: 4) == [.close(nil, "")])
    }

    @Test func aLengthThatNoServerSendsIsAnError() {
        #expect(throws: BenchError.self) { _ = try Self.messages([0x81, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], step: 10) }
    }

    /// RFC 6455 §5.3: a client masks; the key of zeros leaves the bytes as they are.
    @Test func whatIsSentIsMasked() {
        #expect(WebSocketFrames.encode(.text, Array("Hi".utf8)) == [0x81, 0x82, 0, 0, 0, 0, 0x48, 0x69])
    }
}
