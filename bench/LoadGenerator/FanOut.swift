import CBench
import CLinux
import Glibc
import SFU
import Synchronization

/// The least that a server of packets can do: receive in batches, and send each datagram as it is to everybody who watches its sender. No
/// encryption, no rewriting, no pacing, no GSO runs: what is left of a delay is the machine's and the generator's. Publishers and viewers have the same keys.
public final class FanOut: @unchecked Sendable {
    private static let batch = 64
    private static let datagramBytes = 2048

    public let port: UInt16
    /// Of its thread, in nanoseconds, as of its last turn.
    public let cpu = Atomic<UInt64>(0)
    public let refused = Atomic<UInt64>(0)
    private let descriptor: Int32
    private let isStopping = Atomic(false)
    /// By the port of who sends.
    private var audiences: [UInt16: [sockaddr_in]] = [:]
    private var sources = [sockaddr_in](repeating: sockaddr_in(), count: batch)

    public init(address: String) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard var bound = SocketAddress(address, port: 0)?.ipv4 else { throw BenchError("\(address) is no IPv4 address") }
        var size: Int32 = 8 << 20
        for option in [SO_RCVBUFFORCE, SO_SNDBUFFORCE] {
            setsockopt(descriptor, SOL_SOCKET, option, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &bound) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) | getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { throw BenchError("bind: errno \(errno)") }
        self.descriptor = descriptor
        port = UInt16(bigEndian: bound.sin_port)
    }

    deinit { close(descriptor) }

    /// Who watches whom, all by one key. Before `run`.
    public func connect(_ publisher: Endpoint, to viewers: [Endpoint], keying: SRTPKeyingMaterial) throws {
        try publisher.install(keying, remotePort: port)
        audiences[publisher.port] = try viewers.map { viewer in
            try viewer.install(keying, role: .server, remotePort: port)
            guard let address = SocketAddress(viewer.address, port: viewer.port)?.ipv4 else { throw BenchError("no IPv4 address") }
            return address
        }
    }

    /// Ends `run` within a tenth of a second.
    public func stop() { isStopping.store(true, ordering: .relaxed) }

    /// Forwards on the calling thread until it is stopped.
    public func run() {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: Self.batch * Self.datagramBytes, alignment: 64)
        let messages = UnsafeMutablePointer<parley_message>.allocate(capacity: 2 * Self.batch)
        let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: 2 * Self.batch)
        defer {
            bytes.deallocate()
            messages.deallocate()
            vectors.deallocate()
        }
        while !isStopping.load(ordering: .relaxed) {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, 100) > 0 else { continue }
            forward(receive(bytes, messages, vectors), from: messages, by: messages + Self.batch, vectors + Self.batch)
            cpu.store(UInt64(bench_thread_cpu_ns()), ordering: .relaxed)
        }
    }

    private func receive(
        _ bytes: UnsafeMutableRawPointer, _ messages: UnsafeMutablePointer<parley_message>, _ vectors: UnsafeMutablePointer<iovec>
    ) -> Int {
        sources.withUnsafeMutableBytes { names in
            for index in 0..<Self.batch {
                vectors[index] = iovec(iov_base: bytes + index * Self.datagramBytes, iov_len: Self.datagramBytes)
                messages[index] = Self.message(vectors + index, names.baseAddress! + index * MemoryLayout<sockaddr_in>.stride)
            }
            return Int(parley_recvmmsg(descriptor, messages, UInt32(Self.batch)))
        }
    }

    private func forward(
        _ count: Int, from received: UnsafeMutablePointer<parley_message>, by messages: UnsafeMutablePointer<parley_message>,
        _ vectors: UnsafeMutablePointer<iovec>
    ) {
        var waiting = 0
        for index in 0..<max(0, count) {
            guard let audience = audiences[UInt16(bigEndian: sources[index].sin_port)] else { continue }
            audience.withUnsafeBytes { names in
                for row in audience.indices {
                    let bytes = received[index].header.msg_iov.pointee.iov_base
                    vectors[waiting] = iovec(iov_base: bytes, iov_len: Int(received[index].length))
                    let name = UnsafeMutableRawPointer(mutating: names.baseAddress! + row * MemoryLayout<sockaddr_in>.stride)
                    messages[waiting] = Self.message(vectors + waiting, name)
                    waiting += 1
                    guard waiting == Self.batch || row == audience.count - 1 else { continue }
                    send(messages, waiting)
                    waiting = 0
                }
            }
        }
    }

    private func send(_ messages: UnsafeMutablePointer<parley_message>, _ count: Int) {
        let sent = max(0, Int(parley_sendmmsg(descriptor, messages, UInt32(count))))
        if sent < count { refused.increase(by: UInt64(count - sent)) }
    }

    private static func message(_ vector: UnsafeMutablePointer<iovec>, _ name: UnsafeMutableRawPointer) -> parley_message {
        var message = parley_message()
        message.header.msg_iov = vector
        message.header.msg_iovlen = 1
        message.header.msg_name = name
        message.header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
        return message
    }
}
