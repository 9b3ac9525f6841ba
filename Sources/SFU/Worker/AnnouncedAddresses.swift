import CLinux
import Glibc

/// The addresses under which clients are told to find a worker's socket.
enum AnnouncedAddresses {
    /// A client checks every candidate, so a machine with very many addresses announces the first of them only.
    static let maximum = 32

    /// - Parameters:
    ///   - names: values of `--announce`: IPv4, IPv6 or host names. Empty: every address of this machine that the socket hears.
    ///   - host: what the socket is bound to.
    static func resolve(_ names: [String], listeningOn host: String) throws(MediaServerError) -> [IPAddressBytes] {
        guard let bound = IPAddressBytes(host) else { throw .badListenAddress(host) }
        var found: [IPAddressBytes] = []
        if names.isEmpty {
            found = bound.isUnspecified ? interfaceAddresses().filter { reaches($0, bound) } : [bound]
        }
        for name in names {
            // An announced address may belong to a router in front of us, so the family is all there is to check.
            let usable = addresses(of: name).filter { $0.isIPv6 == bound.isIPv6 || bound.isIPv6 && bound.isUnspecified }
            guard !usable.isEmpty else { throw .announce(name) }
            found += usable
        }
        var unique: [IPAddressBytes] = []
        for address in found where !unique.contains(address) { unique.append(address) }
        return Array(unique.prefix(maximum))
    }

    /// A socket bound to `::` hears both families, one bound to `0.0.0.0` only its own.
    private static func reaches(_ address: IPAddressBytes, _ bound: IPAddressBytes) -> Bool { bound.isIPv6 || !address.isIPv6 }

    /// Addresses of all interfaces that are up, loopback last: remote clients, the usual ones, should not try it first. Link-local IPv6 is
    /// left out, since a candidate cannot say which link.
    static func interfaceAddresses() -> [IPAddressBytes] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var others: [IPAddressBytes] = []
        var loopback: [IPAddressBytes] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard entry.ifa_flags & UInt32(IFF_UP) != 0, let ip = entry.ifa_addr.flatMap(ip(of:)), !ip.isLinkLocal else { continue }
            if ip.isLoopback { loopback.append(ip) } else { others.append(ip) }
        }
        return others + loopback
    }

    private static func ip(of address: UnsafeMutablePointer<sockaddr>) -> IPAddressBytes? {
        switch Int32(address.pointee.sa_family) {
        case AF_INET: IPAddressBytes(UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr)
        case AF_INET6: IPAddressBytes(UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: nil
        }
    }

    /// Blocks while the resolver works: for start-up only.
    private static func addresses(of name: String) -> [IPAddressBytes] {
        if let address = IPAddressBytes(name) { return [address] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }.compactMap { $0?.pointee.ai_addr }
            .compactMap(ip(of:)).filter { !$0.isLinkLocal && !$0.isUnspecified }
    }
}
