import Glibc

/// The local address a datagram was sent to, which must be the source of every answer: browsers ignore a reply that comes from another of
/// our addresses than the one they asked. Learnt by IP_PKTINFO / IPV6_PKTINFO, given back the same way.
public struct LocalAddress: Hashable, Sendable {
    var ip: IPAddressBytes
    /// Where the datagram came in. Used on sending for link-local addresses only; elsewhere routing decides.
    public var interfaceIndex: UInt32

    init(ip: IPAddressBytes, interfaceIndex: UInt32) {
        self.ip = ip
        self.interfaceIndex = interfaceIndex
    }

    /// - Returns: `nil` if the text is not a numeric address.
    public init?(_ ip: String, interfaceIndex: UInt32 = 0) {
        guard let address = IPAddressBytes(ip) else { return nil }
        self.init(ip: address, interfaceIndex: interfaceIndex)
    }

    /// Lets the kernel choose the source.
    public static let any = LocalAddress(ip: IPAddressBytes(high: 0, low: 0, isIPv6: false), interfaceIndex: 0)
}

extension LocalAddress: CustomStringConvertible {
    public var description: String { ip.description }
}
