import NIOCore
import NIOHTTP1

/// Makes an ordinary request of one that asks for an upgrade it may not have, so that the responder can say why.
///
/// It stands before NIO's upgrade handler, because that one loses the head of a request whose upgrade is refused (swift-nio 2.101).
final class UpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let admits: (HTTPRequestHead) -> Bool

    init(admits: @escaping (HTTPRequestHead) -> Bool) {
        self.admits = admits
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = Self.unwrapInboundIn(data), head.headers.contains(name: "Upgrade"), !admits(head) else {
            return context.fireChannelRead(data)
        }
        head.headers.remove(name: "Upgrade")
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    }
}
