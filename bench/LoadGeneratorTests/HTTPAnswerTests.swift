import Testing

@testable import LoadGenerator

@Suite struct HTTPAnswerTests {
    private func read(_ text: String) throws -> HTTPAnswer? { try HTTPAnswer.read(Array(text.utf8)) }

    @Test func anAnswerEndsWithItsBody() throws {
        let text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX: y\r\n\r\n{}"
        #expect(try read(text + "HTTP/1.1") == HTTPAnswer(status: 200, body: 44..<46, closes: false))
        for cut in 0..<text.count { #expect(try read(String(text.prefix(cut))) == nil) }
    }

    @Test func someAnswersHaveNoBody() throws {
        #expect(try read("HTTP/1.1 204 No Content\r\n\r\n")?.body.isEmpty == true)
        #expect(try read("HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n")?.closes == true)
    }

    @Test(arguments: [
        "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
    ])
    func whatCannotBeReadIsAnError(_ text: String) {
        #expect(throws: BenchError.self) { try read(text) }
    }
}
