import CLinux
import Glibc
import LoadGenerator
import SFU
import Synchronization

/// The least that a server can do with a datagram: receive it in a batch and send it back. What the machine and the kernel cost.
final class Reflector: @unchecked Sendable {
    let delays = DelayHistogram()
    private let descriptor: Int32
    private var thread = GeneratorThread()
    private let isStopping = Atomic(false)
    private static let batch = 64

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = Self.loopback(port: 0)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard bound == 0 else { throw BenchFailure(description: "bind: errno \(errno)") }
        thread.start("bench-reflect") { self.loop() }
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        thread.join()
        close(descriptor)
    }

    func connectedSocket() throws -> Int32 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let client = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                getsockname(descriptor, pointer, &size) | connect(client, pointer, size)
            }
        }
        guard status == 0 else { throw BenchFailure(description: "connect: errno \(errno)") }
        return client
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private func loop() {
        let messages = UnsafeMutablePointer<parley_message>.allocate(capacity: Self.batch)
        let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: Self.batch)
        let names = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: Self.batch)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.batch * 2048, alignment: 64)
        let control = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.batch * 256, alignment: 64)
        var stamps = [Int64](repeating: 0, count: Self.batch)
        while !isStopping.load(ordering: .relaxed) {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, 100) > 0 else { continue }
            for index in 0..<Self.batch {
                vectors[index] = iovec(iov_base: bytes.baseAddress! + index * 2048, iov_len: 2048)
                messages[index] = parley_message()
                messages[index].header.msg_iov = vectors + index
                messages[index].header.msg_iovlen = 1
                messages[index].header.msg_name = UnsafeMutableRawPointer(names + index)
                messages[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
                messages[index].header.msg_control = control.baseAddress! + index * 256
                messages[index].header.msg_controllen = 256
            }
            let count = Int(parley_recvmmsg(descriptor, messages, UInt32(Self.batch)))
            guard count > 0 else { continue }
            for index in 0..<count {
                var ancillary = parley_received()
                parley_read_control(&messages[index].header, &ancillary)
                stamps[index] = ancillary.timestamp_ns
                vectors[index].iov_len = Int(messages[index].length)
                messages[index].header.msg_control = nil
                messages[index].header.msg_controllen = 0
            }
            parley_sendmmsg(descriptor, messages, UInt32(count))
            let now = parley_clock_ns(CLOCK_REALTIME)
            for index in 0..<count { delays.add(nanoseconds: now - stamps[index]) }
        }
        messages.deallocate()
        vectors.deallocate()
        names.deallocate()
        bytes.deallocate()
        control.deallocate()
    }
}
