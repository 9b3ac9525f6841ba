import Glibc

/// An IP address without a port. IPv4 occupies the first four bytes of `high`.
struct IPAddressBytes: Hashable, Sendable {
    var high: UInt64
    var low: UInt64
    var isIPv6: Bool

    init(high: UInt64, low: UInt64, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.isIPv6 = isIPv6
    }

    init(_ v4: in_addr) {
        self.init(high: UInt64(v4.s_addr.littleEndian).littleEndian, low: 0, isIPv6: false)
    }

    /// A v4-mapped address becomes IPv4.
    init(_ v6: in6_addr) {
        let words = withUnsafeBytes(of: v6) { ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
        if words.0 == 0, UInt32(truncatingIfNeeded: words.1.littleEndian) == 0xFFFF_0000 {
            self.init(high: (words.1.littleEndian >> 32).littleEndian, low: 0, isIPv6: false)
        } else {
            self.init(high: words.0, low: words.1, isIPv6: true)
        }
    }

    init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4)
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(v6)
        } else {
            return nil
        }
    }

    var inAddr: in_addr { in_addr(s_addr: UInt32(truncatingIfNeeded: high.littleEndian).littleEndian) }

    /// v4-mapped for IPv4.
    var in6Addr: in6_addr {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) {
            if isIPv6 {
                $0.storeBytes(of: high, as: UInt64.self)
                $0.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
            } else {
                $0[10] = 0xFF
                $0[11] = 0xFF
                $0.storeBytes(of: inAddr.s_addr, toByteOffset: 12, as: UInt32.self)
            }
        }
        return address
    }

    /// fe80::/10, which is meaningless without an interface.
    var isLinkLocal: Bool {
        isIPv6 && UInt8(truncatingIfNeeded: high.littleEndian) == 0xFE && UInt8(truncatingIfNeeded: high.littleEndian >> 8) & 0xC0 == 0x80
    }

    var isUnspecified: Bool { high == 0 && low == 0 }

    var isLoopback: Bool {
        isIPv6 ? high == 0 && low == UInt64(1).bigEndian : UInt8(truncatingIfNeeded: high.littleEndian) == 127
    }
}

extension IPAddressBytes: CustomStringConvertible {
    var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            if isIPv6 {
                var address = in6Addr
                inet_ntop(AF_INET6, &address, text.baseAddress!, socklen_t(text.count))
            } else {
                var address = inAddr
                inet_ntop(AF_INET, &address, text.baseAddress!, socklen_t(text.count))
            }
            return String(cString: text.baseAddress!)
        }
    }
}
