import CLinux
import Glibc

/// A TCP connection that never blocks. What arrives is collected until its owner takes it; what is sent waits for the kernel.
///
/// The owner gets `onBytes` after each arrival and `onEnd` once, however it ends, unless it closed the connection itself.
public final class StreamConnection: PollTarget {
    public var onBytes: () -> Void = {}
    public var onEnd: (String) -> Void = { _ in }
    /// What has arrived and was not taken.
    public private(set) var inbound: [UInt8] = []
    public private(set) var isOpen = true

    private let poll: EventPoll
    private let descriptor: Int32
    private var outbound: [UInt8] = []
    private var wantsWrite = true

    /// Begins to connect.
    /// - Parameter source: address of this machine to come from: to the server each one is another household.
    public init(_ poll: EventPoll, port: UInt16, from source: String) throws {
        self.poll = poll
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket: errno \(errno)") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let bound = Self.with(source, 0) { bind(descriptor, $0, $1) }
        let status = bound == 0 ? Self.with("127.0.0.1", port) { Glibc.connect(descriptor, $0, $1) } : bound
        guard status == 0 || errno == EINPROGRESS else {
            let code = errno
            Glibc.close(descriptor)
            throw BenchError("a connection from \(source): errno \(code)")
        }
        poll.add(self, descriptor, writes: true)
    }

    deinit { close() }

    public func send(_ bytes: [UInt8]) {
        guard isOpen else { return }
        outbound += bytes
        flush()
    }

    /// Forgets the first bytes of `inbound`.
    public func take(_ count: Int) { inbound.removeFirst(count) }

    public func close() {
        guard isOpen else { return }
        isOpen = false
        poll.remove(descriptor)
        Glibc.close(descriptor)
    }

    public func becameReady(_ events: UInt32) {
        if events & EPOLLOUT.rawValue != 0 { flush() }
        if isOpen, events & ~EPOLLOUT.rawValue != 0 { read() }
    }

    private func flush() {
        while !outbound.isEmpty {
            let sent = Glibc.send(descriptor, outbound, outbound.count, 0)
            guard sent > 0 else {
                guard errno == EAGAIN || errno == ENOTCONN || errno == EINTR else { return end("send: errno \(errno)") }
                break
            }
            outbound.removeFirst(sent)
        }
        guard wantsWrite != !outbound.isEmpty else { return }
        wantsWrite.toggle()
        poll.change(descriptor, writes: wantsWrite)
    }

    private func read() {
        let count = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { chunk in
            let count = recv(descriptor, chunk.baseAddress, chunk.count, 0)
            if count > 0 { inbound += chunk[..<count] }
            return count
        }
        if count > 0 { return onBytes() }
        guard count == 0 || (errno != EAGAIN && errno != EINTR) else { return }
        end(count == 0 ? "closed by the server" : "recv: errno \(errno)")
    }

    private func end(_ why: String) {
        close()
        onEnd(why)
    }

    private static func with(_ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = inet_addr(address)
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
