import Glibc

/// A network namespace of this thread's own with one interface in it, 10.9.8.1/24, whose other end is this process (`/dev/net/tun`): what the
/// kernel would put on a wire can be counted here. Root only; for exit tests, whose process ends with it.
final class TunnelInterface {
    static let address = "10.9.8.1"
    static let peer = "10.9.8.2"
    /// Whether this process may make one.
    static var isAvailable: Bool { geteuid() == 0 && access("/dev/net/tun", R_OK | W_OK) == 0 }

    private let tunnel: Int32
    private let control: Int32

    /// linux/if_tun.h and linux/sockios.h.
    private enum Request {
        static let setInterface: UInt = 0x4004_54CA
        static let setOffload: UInt = 0x4004_54D0
        static let setAddress: UInt = 0x8916
        static let setMask: UInt = 0x891C
        static let setMTU: UInt = 0x8922
        static let setFlags: UInt = 0x8914
    }

    /// - Parameter offloadsChecksums: whether the interface says that it fills in checksums, as network cards do.
    init(mtu: Int32, offloadsChecksums: Bool) throws {
        // Glibc's header has it for GNU sources only.
        typealias Unshare = @convention(c) (Int32) -> Int32
        let unshare = try dlsym(nil, "unshare").orThrow()
        guard unsafeBitCast(unshare, to: Unshare.self)(0x4000_0000) == 0 else { throw Missing() }  // CLONE_NEWNET
        tunnel = open("/dev/net/tun", O_RDWR | O_NONBLOCK)
        control = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        // IFF_TUN | IFF_NO_PI: bare IP packets.
        try ask(tunnel, Request.setInterface) { $0.storeBytes(of: 0x1001 as Int16, toByteOffset: 16, as: Int16.self) }
        guard ioctl(tunnel, Request.setOffload, offloadsChecksums ? 1 : 0 as Int32) == 0 else { throw Missing() }
        try ask(control, Request.setAddress) { Self.write([10, 9, 8, 1], into: $0) }
        try ask(control, Request.setMask) { Self.write([255, 255, 255, 0], into: $0) }
        try ask(control, Request.setMTU) { $0.storeBytes(of: mtu, toByteOffset: 16, as: Int32.self) }
        // IFF_UP | IFF_RUNNING
        try ask(control, Request.setFlags) { $0.storeBytes(of: 0x41 as Int16, toByteOffset: 16, as: Int16.self) }
    }

    deinit {
        close(tunnel)
        close(control)
    }

    /// The first payload byte of each UDP datagram that left towards `peer`, until so many have.
    func datagrams(_ count: Int) -> [UInt8] {
        var found: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 70_000)
        while found.count < count {
            var waiting = pollfd(fd: tunnel, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 5_000) == 1 else { return found }
            let length = read(tunnel, &bytes, bytes.count)
            // RFC 791: version and header length, protocol, fragment offset; only a first fragment has the UDP header.
            guard length > 28, bytes[0] == 0x45, bytes[9] == 17, bytes[6] & 0x1F == 0, bytes[7] == 0 else { continue }
            found.append(bytes[28])
        }
        return found
    }

    private func ask(_ descriptor: Int32, _ request: UInt, _ fill: (UnsafeMutableRawPointer) -> Void) throws {
        let name = Array("tun7".utf8)
        let block = UnsafeMutableRawPointer.allocate(byteCount: 40, alignment: 8)
        defer { block.deallocate() }
        block.initializeMemory(as: UInt8.self, repeating: 0, count: 40)
        block.copyMemory(from: name, byteCount: name.count)
        fill(block)
        guard ioctl(descriptor, request, block) == 0 else { throw Missing() }
    }

    private static func write(_ address: [UInt8], into block: UnsafeMutableRawPointer) {
        block.storeBytes(of: UInt16(AF_INET), toByteOffset: 16, as: UInt16.self)
        for (index, byte) in address.enumerated() { block.storeBytes(of: byte, toByteOffset: 20 + index, as: UInt8.self) }
    }
}
