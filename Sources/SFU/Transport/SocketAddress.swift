import Glibc

/// The remote end of a datagram: an IPv4 or IPv6 address and a UDP port, held inline so that it can be a dictionary key on the packet path.
///
/// A v4-mapped IPv6 address (::ffff:a.b.c.d), which is how a dual-stack socket reports IPv4 peers, becomes plain IPv4: one peer, one value.
public struct SocketAddress: Hashable, Sendable {
    /// Network-order bytes as loaded from memory; IPv4 uses the first four bytes of `high` and leaves the rest zero.
    var high: UInt64
    var low: UInt64
    /// Interface of a link-local IPv6 address, else 0.
    var scope: UInt32
    /// Host order.
    public var port: UInt16
    public var isIPv6: Bool

    init(high: UInt64, low: UInt64, scope: UInt32 = 0, port: UInt16, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.scope = scope
        self.port = port
        self.isIPv6 = isIPv6
    }

    /// - Parameter ip: a numeric IPv4 or IPv6 address without brackets or zone.
    /// - Returns: `nil` if the text is not such an address.
    public init?(_ ip: String, port: UInt16) {
        guard let address = IPAddressBytes(ip) else { return nil }
        self.init(high: address.high, low: address.low, port: port, isIPv6: address.isIPv6)
    }

    /// - Returns: `nil` for a family other than IPv4 and IPv6.
    public init?(_ storage: UnsafePointer<sockaddr_storage>) {
        let raw = UnsafeRawPointer(storage)
        switch Int32(storage.pointee.ss_family) {
        case AF_INET:
            let v4 = raw.loadUnaligned(as: sockaddr_in.self)
            self.init(
                high: UInt64(v4.sin_addr.s_addr.littleEndian).littleEndian, low: 0, port: UInt16(bigEndian: v4.sin_port), isIPv6: false)
        case AF_INET6:
            let v6 = raw.loadUnaligned(as: sockaddr_in6.self)
            let bytes = IPAddressBytes(v6.sin6_addr)
            self.init(
                high: bytes.high, low: bytes.low, scope: bytes.isLinkLocal ? v6.sin6_scope_id : 0, port: UInt16(bigEndian: v6.sin6_port),
                isIPv6: bytes.isIPv6)
        default: return nil
        }
    }

    var ip: IPAddressBytes { IPAddressBytes(high: high, low: low, isIPv6: isIPv6) }

    /// Writes the address in the form that a socket of `family` wants: v4-mapped on an IPv6 socket.
    /// - Returns: the length to give to the kernel.
    public func write(to storage: UnsafeMutablePointer<sockaddr_storage>, family: Int32) -> socklen_t {
        let raw = UnsafeMutableRawPointer(storage)
        if family == AF_INET {
            var v4 = sockaddr_in()
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            v4.sin_addr = ip.inAddr
            raw.storeBytes(of: v4, as: sockaddr_in.self)
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        var v6 = sockaddr_in6()
        v6.sin6_family = sa_family_t(AF_INET6)
        v6.sin6_port = port.bigEndian
        v6.sin6_addr = ip.in6Addr
        v6.sin6_scope_id = scope
        raw.storeBytes(of: v6, as: sockaddr_in6.self)
        return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
        hasher.combine(UInt64(scope) << 32 | UInt64(port) << 1 | (isIPv6 ? 1 : 0))
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `192.0.2.1:5000` or `[2001:db8::1]:5000`.
    public var description: String { isIPv6 ? "[\(ip)]:\(port)" : "\(ip):\(port)" }
}
