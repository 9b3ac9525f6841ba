import Glibc
import Testing

@testable import SFU

@Suite("Ingress")
struct IngressBatchTests {
    @Test("A batch tells of each datagram its bytes, where it came from and where it was sent to", arguments: ["127.0.0.1", "::1"])
    func batch(ip: String) throws {
        let socket = try MediaSocket(host: ip.contains(":") ? "::" : "0.0.0.0", port: 0, stampsReception: true)
        let client = try UDPClient(ip)
        let target = try SocketAddress(ip, port: socket.port).orThrow()
        for number in 0..<100 as Range<UInt8> { client.send([UInt8](repeating: number, count: Int(number)), to: target) }
        var batch = IngressBatch()
        let first = batch.receive(socket.descriptor)
        #expect(first == IngressBatch.capacity)
        for index in 0..<first {
            let bytes = batch.datagram(index).map { Array(UnsafeRawBufferPointer($0)) }
            #expect(bytes == [UInt8](repeating: UInt8(index), count: index))
            #expect(batch.source(index) == client.address)
            let ancillary = batch.ancillary(index)
            #expect(LocalAddress(ancillary).description == ip)
            #expect(ancillary.timestamp_ns > 0)
        }
        let (second, third) = (batch.receive(socket.descriptor), batch.receive(socket.descriptor))
        #expect(second == 36 && third == 0)
    }

    @Test("What the kernel had to drop is told with the next datagram")
    func overflow() throws {
        let socket = try MediaSocket(host: "127.0.0.1", port: 0, stampsReception: false)
        var small: Int32 = 8192
        try #require(setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &small, 4) == 0)
        let client = try UDPClient()
        let target = try SocketAddress("127.0.0.1", port: socket.port).orThrow()
        for _ in 0..<200 { client.send([UInt8](repeating: 1, count: 1000), to: target) }
        var batch = IngressBatch()
        var read = 0
        while case let count = batch.receive(socket.descriptor), count > 0 { read += count }
        client.send([2], to: target)
        let last = batch.receive(socket.descriptor)
        let ancillary = batch.ancillary(0)
        #expect(last == 1 && ancillary.has_dropped)
        #expect(Int(ancillary.dropped) == 200 - read)
    }

    @Test("The socket's buffers are asked to be large")
    func buffers() throws {
        let socket = try MediaSocket(host: "127.0.0.1", port: 0, stampsReception: false)
        var bytes: Int32 = 0
        var length = socklen_t(4)
        getsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, &length)
        // Without CAP_NET_ADMIN the kernel's own limit is what we get.
        #expect(bytes >= 200_000)
    }
}
