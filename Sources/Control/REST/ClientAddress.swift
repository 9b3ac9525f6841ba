import HTTPTypes
import Hummingbird
import NIOCore

/// Finds the client's address behind trusted proxies.
struct ClientAddress: RouterMiddleware {
    typealias Context = APIContext

    let trustedProxies: Set<String>

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        var context = context
        context.clientAddress = Self.resolve(
            peer: context.peerAddress, forwarded: request.headers[values: .xForwardedFor], trusted: trustedProxies)
        return try await next(request, context)
    }

    /// The rightmost address that no trusted proxy vouches for. What stands left of it anyone can write.
    static func resolve(peer: String, forwarded: [String], trusted: Set<String>) -> String {
        guard trusted.contains(peer) else { return peer }
        let hops: [String] = forwarded.flatMap { line in line.split(separator: ",").map { hop in String(hop.filter { $0 != " " }) } }
        for hop in hops.reversed() where !trusted.contains(hop) {
            return (try? SocketAddress(ipAddress: hop, port: 0)) == nil ? peer : hop
        }
        return peer
    }

    /// The key of a limiter: an IPv6 host has a whole /64 to itself, so it counts as one.
    static func key(for address: String) -> String {
        guard let parsed = try? SocketAddress(ipAddress: address, port: 0), case .v6(let v6) = parsed else { return address }
        let prefix = withUnsafeBytes(of: v6.address.sin6_addr) { bytes in
            // ::ffff:0:0/96 is IPv4 in disguise: each address its own.
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            return Array(isMapped ? bytes[...] : bytes.prefix(8))
        }
        return prefix.map { String($0, radix: 16) }.joined(separator: ":")
    }
}
