import NIOCore
import NIOWebSocket

/// The last handler of an upgraded connection: turns frames into messages for the owner and the owner's wishes into frames.
///
/// It runs on the event loop and holds what protects the server from one client: message size, message rate, fragments, the bound on
/// what waits to be sent, and the time by which the client must have said something.
final class WebSocketLink: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = WebSocketFrame

    /// Bytes that may wait for a slow client. Chosen: 2,000 events of a busy guild, 100 MB with a hundred such clients.
    static let outboundLimit = 1 << 20
    /// Fragments of one message. Browsers send one; the limit is there against a message of a million one-byte fragments.
    private static let fragmentLimit = 64
    /// How long a client may take to answer a close frame, RFC 6455 §7.1.1 leaves it open.
    private static let closeTimeout = TimeAmount.seconds(2)

    private let endpoint: WebSocketEndpoint
    private let connection: WebSocketConnection
    private var rate: MessageRate
    private var fragments: ByteBuffer?
    private var fragmentCount = 0
    private var isClosing = false
    private var clientCode: CloseCode?
    private var isFlushScheduled = false
    private var expectation: Expectation?
    private var timer: Scheduled<Void>?

    private struct Expectation {
        var deadline: NIODeadline
        var code: CloseCode
        var reason: String
    }

    init(endpoint: WebSocketEndpoint, connection: WebSocketConnection) {
        self.endpoint = endpoint
        self.connection = connection
        self.rate = MessageRate(limit: endpoint.messagesPerMinute)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        endpoint.owner.opened(connection)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        endpoint.owner.closed(connection, code: clientCode)
        context.fireChannelInactive()
    }

    // MARK: Frames in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing || Self.unwrapInboundIn(data).opcode == .connectionClose else { return }
        let frame = Self.unwrapInboundIn(data)
        // RFC 6455 §5.1: a client masks every frame. §5.2: no extension is negotiated, so the reserved bits are zero.
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return close(context, .protocolError, "frames must be masked and use no extension")
        }
        switch frame.opcode {
        case .text, .continuation: textArrived(frame, context)
        case .binary: close(context, .unsupportedData, "messages are JSON text")
        case .ping: pingArrived(frame, context)
        case .pong: break
        case .connectionClose: closeArrived(frame, context)
        default: close(context, .protocolError, "unknown frame type")
        }
    }

    private func textArrived(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        guard (frame.opcode == .continuation) == (fragments != nil) else {
            return close(context, .protocolError, "fragments out of order")
        }
        var payload = frame.unmaskedData
        if fragments != nil || !frame.fin {
            fragmentCount += 1
            guard fragmentCount <= Self.fragmentLimit, (fragments?.readableBytes ?? 0) + payload.readableBytes <= endpoint.maximumFrameBytes
            else { return close(context, .messageTooBig, "too many fragments") }
            if fragments == nil { fragments = payload } else { fragments?.writeBuffer(&payload) }
            guard frame.fin, let whole = fragments else { return }
            payload = whole
            fragments = nil
            fragmentCount = 0
        }
        messageArrived(payload, context)
    }

    private func messageArrived(_ message: ByteBuffer, _ context: ChannelHandlerContext) {
        guard message.readableBytes <= endpoint.maximumMessageBytes else {
            return close(context, endpoint.oversizeCode, "messages may have at most \(endpoint.maximumMessageBytes) bytes")
        }
        guard rate.allows(at: .now()) else {
            return close(context, endpoint.rateCode, "at most \(endpoint.messagesPerMinute) messages in 60 s")
        }
        endpoint.owner.received(message, on: connection)
    }

    private func pingArrived(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        // A ping counts as a message: they cost an answer each.
        guard rate.allows(at: .now()) else {
            return close(context, endpoint.rateCode, "at most \(endpoint.messagesPerMinute) messages in 60 s")
        }
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)), promise: nil)
    }

    private func closeArrived(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        guard !isClosing else { return context.close(promise: nil) }
        isClosing = true
        // RFC 6455 §5.5.1: the answer echoes the status code.
        var data = frame.unmaskedData
        // §7.1.5: no code in the frame counts as 1005; for the owner it is a normal end.
        clientCode = CloseCode(data.getInteger(at: data.readerIndex) ?? CloseCode.normal.rawValue)
        let echo = WebSocketFrame(fin: true, opcode: .connectionClose, data: data.readSlice(length: 2) ?? ByteBuffer())
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.value.writeAndFlush(wrapOutboundOut(echo)).whenComplete { _ in context.value.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: close(context, .messageTooBig, "frame too large")
        case .some: close(context, .protocolError, "bad frame")
        case nil: context.close(promise: nil)
        }
    }

    // MARK: The owner's wishes

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event as? LinkCommand {
        case .send(let message): send(message, context)
        case .close(let code, let reason): close(context, code, reason)
        case .expect(let time, let code, let reason):
            expectation = Expectation(deadline: .now() + time, code: code, reason: reason)
            startTimer(context)
        case nil: return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed(())
    }

    private func send(_ message: ByteBuffer, _ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard waiting + message.readableBytes <= Self.outboundLimit else {
            // A close frame would only join the queue behind what the client does not take.
            isClosing = true
            return context.close(promise: nil)
        }
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .text, data: message)), promise: nil)
        flushSoon(context)
    }

    /// One flush for all that is sent in one turn of the loop: measured three times cheaper than one each (docs/architecture.md).
    private func flushSoon(_ context: ChannelHandlerContext) {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            bound.value.0.isFlushScheduled = false
            bound.value.1.flush()
        }
    }

    private func close(_ context: ChannelHandlerContext, _ code: CloseCode, _ reason: String) {
        guard !isClosing else { return }
        isClosing = true
        fragments = nil
        var data = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(code.rawValue)))
        // RFC 6455 §5.5: a control frame carries at most 125 bytes. Reasons are ours and in ASCII, so a cut stays valid UTF-8.
        data.writeBytes(reason.utf8.prefix(123))
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.closeTimeout) { bound.value.close(promise: nil) }
    }

    // MARK: Time

    /// One timer per socket, moved only when it fires: a heartbeat costs no timer of its own.
    private func startTimer(_ context: ChannelHandlerContext) {
        guard let expectation, timer == nil || expectation.deadline < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = expectation.deadline
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: expectation.deadline) {
            bound.value.0.timer = nil
            bound.value.0.timerFired(bound.value.1)
        }
    }
    private var timerDeadline: NIODeadline = .distantFuture

    private func timerFired(_ context: ChannelHandlerContext) {
        guard let expectation else { return }
        guard expectation.deadline <= .now() else { return startTimer(context) }
        close(context, expectation.code, expectation.reason)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Connections may be half closed, for HTTP. A WebSocket whose client sends no more is over.
        if event as? ChannelEvent == .inputClosed { return context.close(promise: nil) }
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        endpoint.owner.draining(connection)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(1)) {
            bound.value.0.close(bound.value.1, bound.value.0.endpoint.drainCode, "the server is shutting down")
        }
    }
}
