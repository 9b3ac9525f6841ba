import Glibc
import Testing

@testable import SFU

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test(
        "Text, kernel form and back",
        arguments: ["0.0.0.0", "127.0.0.1", "192.0.2.255", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1", "1:2:3:4:5:6:7:8"])
    func roundTrip(ip: String) throws {
        let address = try #require(SocketAddress(ip, port: 54_321))
        #expect(address.description == (address.isIPv6 ? "[\(ip)]:54321" : "\(ip):54321"))
        var storage = sockaddr_storage()
        for family in address.isIPv6 ? [AF_INET6] : [AF_INET, AF_INET6] {
            _ = address.write(to: &storage, family: family)
            #expect(Int32(storage.ss_family) == family)
            #expect(SocketAddress(&storage) == address)
        }
    }

    @Test("An IPv4 peer is the same peer on a dual-stack socket")
    func mapped() throws {
        let plain = try #require(SocketAddress("192.0.2.9", port: 1))
        #expect(SocketAddress("::ffff:192.0.2.9", port: 1) == plain)
        #expect(SocketAddress("::fffe:192.0.2.9", port: 1) != plain)
        #expect(SocketAddress("192.0.2.9", port: 2) != plain)
    }

    @Test(
        "Other families and bad text are no addresses", arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "[::1]", "::1%lo", "01.2.3.4x"])
    func refused(text: String) {
        #expect(SocketAddress(text, port: 1) == nil)
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)
        #expect(SocketAddress(&storage) == nil)
    }

    @Test("It is small enough to be copied freely")
    func size() {
        #expect(MemoryLayout<SocketAddress>.size <= 28)
    }

    @Test("Loopback, link-local and unspecified are told apart")
    func kinds() {
        #expect(IPAddressBytes("127.9.9.9")!.isLoopback && IPAddressBytes("::1")!.isLoopback && !IPAddressBytes("128.0.0.1")!.isLoopback)
        #expect(IPAddressBytes("fe80::1")!.isLinkLocal && IPAddressBytes("febf::1")!.isLinkLocal && !IPAddressBytes("fec0::1")!.isLinkLocal)
        #expect(IPAddressBytes("0.0.0.0")!.isUnspecified && IPAddressBytes("::")!.isUnspecified && !IPAddressBytes("::2")!.isUnspecified)
    }
}
