import Control
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

@testable import Signaling

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A WebSocket client that speaks to the real server: what arrives waits in order until a test asks for it.
final class TestSocket: Sendable {
    enum Arrival: Sendable, Equatable {
        case message(JSONValue)
        /// The close frame's code, or `nil` when the connection just ended.
        case closed(UInt16?)
    }

    private let channel: any NIOCore.Channel
    private let inbox: Inbox

    /// - Throws: `UpgradeRefused` when the server answers with another status than 101.
    static func open(
        port: Int, _ path: String, origin: String? = nil, host: String? = nil, headers: [(String, String)] = []
    ) async throws -> TestSocket {
        let inbox = Inbox()
        let address = try SocketAddress.makeAddressResolvingHost("localhost", port: port)
        let result = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: address) { channel in
            channel.eventLoop.makeCompletedFuture {
                let upgrader = NIOTypedWebSocketClientUpgrader<Bool>(maxFrameSize: 1 << 24) { channel, _ in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Frames(inbox))
                        return true
                    }
                }
                var fields = HTTPHeaders([("Host", host ?? "localhost:\(port)"), ("Content-Length", "0")] + headers)
                if let origin { fields.add(name: "Origin", value: origin) }
                let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: fields)
                let configuration = NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Status(inbox))
                        return false
                    }
                }
                var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration)
                pipeline.leftOverBytesStrategy = .forwardBytes  // HELLO may come in one segment with 101
                let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
                return (channel, upgraded)
            }
        }
        if try await result.1.get() { return TestSocket(result.0, inbox) }
        throw UpgradeRefused(status: try await inbox.status())
    }

    private init(_ channel: any NIOCore.Channel, _ inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    func send(_ value: JSONValue) { sendText(value.text) }

    func send(op: Int, _ data: JSONValue) { send(["op": .int(Int64(op)), "d": data]) }

    func sendText(_ text: String) {
        send(WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: text)))
    }

    func send(_ frame: WebSocketFrame) { channel.writeAndFlush(frame, promise: nil) }

    /// What arrives next, whatever it is.
    func next(within time: Duration = .seconds(10)) async throws -> Arrival {
        try await inbox.next(within: time)
    }

    /// The next message with this opcode (and event name); others before it are passed over, an end of the socket is a failure.
    func expect(op: Int, _ type: String? = nil, within time: Duration = .seconds(10), where matches: (JSONValue) -> Bool = { _ in true })
        async throws -> JSONValue
    {
        let what = "op \(op) \(type ?? "")"
        while true {
            switch try await inbox.next(within: time, for: what) {
            case .closed(let code): throw TestFailure("closed with \(code ?? 0) instead of \(what)")
            case .message(let message):
                guard message["op"] == .int(Int64(op)), type == nil || message["t"] == .string(type!) else { continue }
                let data = message["d"] ?? .null
                if matches(data) { return data }
            }
        }
    }

    /// A dispatch of the main gateway.
    func event(_ type: String, within time: Duration = .seconds(10), where matches: (JSONValue) -> Bool = { _ in true }) async throws
        -> JSONValue
    {
        try await expect(op: 0, type, within: time, where: matches)
    }

    /// The code with which the server ends the socket; messages before it are shown to `passing`.
    func closeCode(within time: Duration = .seconds(10), _ passing: (JSONValue) -> Void = { _ in }) async throws -> UInt16? {
        while true {
            switch try await inbox.next(within: time, for: "close") {
            case .closed(let code): return code
            case .message(let message): passing(message)
            }
        }
    }

    /// Everything that has ever arrived.
    var transcript: [JSONValue] { inbox.transcript }

    /// Everything that has arrived and nobody asked for.
    var waiting: [JSONValue] { inbox.waiting }

    /// Says good-bye as a page does.
    func close(_ code: UInt16 = 1000) {
        var data = ByteBuffer()
        data.writeInteger(code)
        send(WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data))
    }

    /// Ends the connection without a word, as a lost network does.
    func drop() async {
        try? await channel.close()
    }

    /// Stops or resumes taking bytes from the network.
    func setReading(_ isOn: Bool) async throws {
        try await channel.setOption(ChannelOptions.autoRead, value: isOn).get()
    }
}

struct UpgradeRefused: Error, Equatable {
    var status: UInt
}

/// What arrived, and who waits for it.
private final class Inbox: Sendable {
    private struct State {
        var arrivals: [TestSocket.Arrival] = []
        var transcript: [JSONValue] = []
        var status: UInt?
        var isEnded = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex<State>(State())

    func put(_ arrival: TestSocket.Arrival) {
        wake { state in
            if state.isEnded { return }
            if case .closed = arrival { state.isEnded = true }
            state.arrivals.append(arrival)
            if case .message(let message) = arrival { state.transcript.append(message) }
        }
    }

    func put(status: UInt) { wake { $0.status = status } }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    var waiting: [JSONValue] {
        state.withLock { state in state.arrivals.compactMap { if case .message(let message) = $0 { message } else { nil } } }
    }

    var transcript: [JSONValue] { state.withLock { $0.transcript } }

    func next(within time: Duration, for what: String = "anything") async throws -> TestSocket.Arrival {
        try await wait(within: time, for: what) { $0.arrivals.isEmpty ? nil : $0.arrivals.removeFirst() }
    }

    func status() async throws -> UInt {
        try await wait(within: .seconds(10), for: "status") { $0.status }
    }

    private func wait<Value: Sendable>(
        within time: Duration, for what: String, _ take: @escaping @Sendable (inout State) -> Value?
    ) async throws -> Value {
        let deadline = ContinuousClock.now + time
        let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(time)) { self.wake { _ in } }
        defer { timer.cancel() }
        while true {
            if let value = state.withLock({ take(&$0) }) { return value }
            if ContinuousClock.now >= deadline { throw TestFailure("nothing came in \(time): \(what)") }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.arrivals.isEmpty, state.status == nil, ContinuousClock.now < deadline else { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }
}

private final class Frames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    private let inbox: Inbox

    init(_ inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text: inbox.put(.message((try? JSONValue(parsing: frame.data.readableBytesView)) ?? .null))
        case .pong: inbox.put(.message(["pong": .string(String(buffer: frame.data))]))
        case .connectionClose: inbox.put(.closed(frame.data.readInteger()))
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { inbox.put(.closed(nil)) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

private final class Status: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    private let inbox: Inbox

    init(_ inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { inbox.put(status: UInt(head.status.code)) }
    }
}
