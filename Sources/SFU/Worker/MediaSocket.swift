import CLinux
import Glibc

/// A worker's UDP socket: non-blocking, unconnected, telling of every datagram which local address it was sent to.
struct MediaSocket: ~Copyable {
    /// 4 MiB holds 50 ms of a gigabit; the usual 208 kB holds less than one keyframe of a full room.
    private static let bufferBytes: Int32 = 4 << 20

    let descriptor: Int32
    /// AF_INET, or AF_INET6 which then carries IPv4 too if it is bound to `::`.
    let family: Int32
    /// The bound port.
    let port: UInt16

    /// - Parameters:
    ///   - host: `0.0.0.0`, `::` for both families, or one address of this machine.
    ///   - port: 0 lets the kernel choose.
    ///   - stampsReception: have the kernel note when each datagram arrived (SO_TIMESTAMPNS).
    init(host: String, port: UInt16, stampsReception: Bool) throws(MediaServerError) {
        guard let wanted = SocketAddress(host, port: port) else { throw .badListenAddress(host) }
        let family = wanted.isIPv6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .socket("socket", errno) }
        Self.configure(descriptor, family, isWildcard: wanted.ip.isUnspecified, stampsReception)
        guard let bound = Self.bind(descriptor, wanted, family) else {
            let code = errno
            close(descriptor)
            throw .listen("\(wanted)", code)
        }
        self.descriptor = descriptor
        self.family = family
        self.port = bound.port
    }

    deinit { close(descriptor) }

    private static func configure(_ fd: Int32, _ family: Int32, isWildcard: Bool, _ stampsReception: Bool) {
        if family == AF_INET6 {
            set(fd, Int32(IPPROTO_IPV6), IPV6_V6ONLY, isWildcard ? 0 : 1)
            set(fd, Int32(IPPROTO_IPV6), IPV6_RECVPKTINFO, 1)
        } else if isWildcard {
            // Bound to one address, everything comes to that one and leaves from it: nobody need say so with every packet.
            set(fd, Int32(IPPROTO_IP), IP_PKTINFO, 1)
        }
        // FORCE goes beyond net.core.[rw]mem_max, and needs CAP_NET_ADMIN; the plain option then does what it may.
        if set(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes) != 0 { set(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes) }
        if set(fd, SOL_SOCKET, SO_SNDBUFFORCE, bufferBytes) != 0 { set(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes) }
        set(fd, SOL_SOCKET, SO_RXQ_OVFL, 1)
        if stampsReception { set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1) }
    }

    @discardableResult
    private static func set(_ fd: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Int32 {
        var value = value
        return setsockopt(fd, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func bind(_ fd: Int32, _ address: SocketAddress, _ family: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = address.write(to: &storage, family: family)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard Glibc.bind(fd, address, length) == 0 else { return nil }
                length = socklen_t(MemoryLayout<sockaddr_storage>.size)
                guard getsockname(fd, address, &length) == 0 else { return nil }
                return SocketAddress(UnsafeRawPointer(address).assumingMemoryBound(to: sockaddr_storage.self))
            }
        }
    }
}
