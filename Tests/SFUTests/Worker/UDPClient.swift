import Glibc

@testable import SFU

/// A client's UDP socket on loopback.
final class UDPClient {
    let descriptor: Int32
    private let family: Int32
    let address: SocketAddress

    init(_ ip: String = "127.0.0.1") throws {
        let wanted = try SocketAddress(ip, port: 0).orThrow()
        family = wanted.isIPv6 ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(SOCK_DGRAM.rawValue), 0)
        var storage = sockaddr_storage()
        var length = wanted.write(to: &storage, family: family)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> SocketAddress? in
                guard bind(descriptor, address, length) == 0 else { return nil }
                length = socklen_t(MemoryLayout<sockaddr_storage>.size)
                guard getsockname(descriptor, address, &length) == 0 else { return nil }
                return SocketAddress(UnsafeRawPointer(address).assumingMemoryBound(to: sockaddr_storage.self))
            }
        }
        address = try bound.orThrow()
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to: SocketAddress) {
        var storage = sockaddr_storage()
        let length = to.write(to: &storage, family: family)
        withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = sendto(descriptor, bytes, bytes.count, 0, $0, length) }
        }
    }

    /// Waits for a datagram.
    /// - Returns: `nil` if none came in time.
    func receive(withinMilliseconds timeout: Int32 = 20_000) -> (bytes: [UInt8], from: SocketAddress)? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, timeout) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(descriptor, &bytes, bytes.count, 0, $0, &length) }
        }
        guard count >= 0, let from = SocketAddress(&storage) else { return nil }
        return (Array(bytes.prefix(count)), from)
    }
}

struct Missing: Error {}

extension Optional {
    func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
