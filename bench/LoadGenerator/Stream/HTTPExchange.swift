/// Requests of one client, one after the other, on a connection that is kept and made anew when the server has closed it.
public final class HTTPExchange {
    /// `status` is 0 where no answer came.
    public typealias Completion = (_ status: Int, _ body: ArraySlice<UInt8>) -> Void

    private let poll: EventPoll
    private let port: UInt16
    private let source: String
    private var connection: StreamConnection?
    private var completion: Completion?

    public init(_ poll: EventPoll, port: UInt16, from source: String) {
        self.poll = poll
        self.port = port
        self.source = source
    }

    public var isBusy: Bool { completion != nil }

    /// - Precondition: the last answer is there.
    public func request(
        _ method: String, _ path: String, token: String? = nil, body: String? = nil, then completion: @escaping Completion
    ) {
        precondition(!isBusy, "one request at a time")
        var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        if let token { text += "Authorization: Bearer \(token)\r\n" }
        if let body { text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        text += "\r\n" + (body ?? "")
        self.completion = completion
        if connection?.isOpen != true { connect() }
        connection?.send(Array(text.utf8))
    }

    public func close() {
        connection?.close()
        connection = nil
    }

    private func connect() {
        guard let made = try? StreamConnection(poll, port: port, from: source) else { return finish(0, []) }
        connection = made
        made.onBytes = { [weak self] in self?.arrived() }
        made.onEnd = { [weak self] _ in self?.finish(0, []) }
    }

    private func arrived() {
        guard let connection, isBusy else { return }
        do {
            guard let answer = try HTTPAnswer.read(connection.inbound) else { return }
            let body = connection.inbound[answer.body]
            connection.take(answer.body.upperBound)
            if answer.closes { close() }
            finish(answer.status, body)
        } catch {
            close()
            finish(0, [])
        }
    }

    private func finish(_ status: Int, _ body: ArraySlice<UInt8>) {
        guard let completion else { return }
        self.completion = nil
        completion(status, body)
    }
}
