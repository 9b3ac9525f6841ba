import CBench
import CLinux
import Glibc
import RTP
import SFU

/// The least that a server must do for a forwarded packet: copy it, give it this receiver's numbers, encrypt it, hand it to the kernel. One
/// thread, one unconnected socket, one SRTP session a receiver, `sendmmsg` whose messages carry runs of equal size by UDP_SEGMENT. No
/// reception, no queues, no decisions: what is left is the machine's own price, which every server's is compared with.
public final class BareLoop: @unchecked Sendable {
    public struct Figures: Sendable {
        public var packets: UInt64 = 0
        public var messages: UInt64 = 0
        /// CPU time of the thread, in nanoseconds.
        public var cpu: Int64 = 0
        public var failures: UInt64 = 0

        public init() {}
    }

    private static let messagesPerCall = 64
    private static let datagramBytes = 1500
    /// Bytes of a run: an IPv4 datagram's 65,535 less headers, rounded down. The kernel refuses more.
    private static let longestRunBytes = 65_000
    /// Datagrams that one call may carry.
    private static let capacity = 1024

    public let port: UInt16
    private let descriptor: Int32
    private let receivers: [(session: SRTPSession, address: sockaddr_in)]
    private let longestRun: Int
    private var sequences: [UInt16]
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: (capacity + 64) * datagramBytes, alignment: 64)
    private let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 * datagramBytes, alignment: 64)
    private let messages = UnsafeMutablePointer<parley_message>.allocate(capacity: messagesPerCall)
    private let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: messagesPerCall)
    private let names = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: messagesPerCall)
    private let control = UnsafeMutableRawPointer.allocate(
        byteCount: messagesPerCall * Int(PARLEY_SEND_CONTROL_BYTES), alignment: 16)
    private var messageCount = 0
    private var used = 0
    private var figures = Figures()

    /// - Parameters:
    ///   - endpoints: of the generator; they get their keys here.
    ///   - longestRun: equal-sized packets in one message at most; 1 is without UDP_SEGMENT.
    public init(to endpoints: [Endpoint], address: String, profile: SRTPProfile, longestRun: Int) throws {
        precondition((1...64).contains(longestRun), "the kernel takes 64 segments")
        self.longestRun = longestRun
        sequences = (0..<endpoints.count).map { _ in UInt16.random(in: 0..<1 << 14) }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var size: Int32 = 4 << 20
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size))
        guard var bound = SocketAddress(address, port: 0)?.ipv4 else { throw BenchError("\(address) is no IPv4 address") }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &bound) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) | getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { throw BenchError("bind: errno \(errno)") }
        let port = UInt16(bigEndian: bound.sin_port)
        self.descriptor = descriptor
        self.port = port
        receivers = try endpoints.map { endpoint in
            let keying = SRTPKeyingMaterial.random(profile)
            try endpoint.install(keying, remotePort: port)
            guard let address = SocketAddress(endpoint.address, port: endpoint.port)?.ipv4 else { throw BenchError("no IPv4 address") }
            return (try SRTPSession(keying, role: .server, counters: Counters()), address)
        }
        for index in 0..<Self.messagesPerCall {
            messages[index] = parley_message()
            messages[index].header.msg_iov = vectors + index
            messages[index].header.msg_iovlen = 1
            messages[index].header.msg_name = UnsafeMutableRawPointer(names + index)
            messages[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
            messages[index].header.msg_control = control + index * Int(PARLEY_SEND_CONTROL_BYTES)
        }
    }

    deinit {
        close(descriptor)
        bytes.deallocate()
        plain.deallocate()
        messages.deallocate()
        vectors.deallocate()
        names.deallocate()
        control.deallocate()
    }

    /// Sends the shape's packets to every receiver at the shape's pace for so long, on the calling thread.
    public func run(_ shape: TrafficShape, nanoseconds: Int64) -> Figures {
        let stream = SendStream(number: 1, ssrc: SSRC(1), payloadType: PayloadType(96), shape: shape)
        figures = Figures()
        let cpu = bench_thread_cpu_ns()
        let end = parley_clock_ns(CLOCK_MONOTONIC) + nanoseconds
        var due = parley_clock_ns(CLOCK_MONOTONIC)
        while due < end {
            due += 1_000_000
            bench_sleep_until(due)
            forward(gather(stream, until: due))
        }
        figures.cpu = bench_thread_cpu_ns() - cpu
        return figures
    }

    /// The packets that are due, in plain: what a server would have received.
    private func gather(_ stream: SendStream, until due: Int64) -> [Int] {
        var lengths: [Int] = []
        while lengths.count < 512, stream.nextDue(now: due) <= due {
            let buffer = UnsafeMutableRawBufferPointer(rebasing: plain[(lengths.count * Self.datagramBytes)...].prefix(Self.datagramBytes))
            lengths.append(stream.writeNext(into: buffer, now: parley_clock_ns(CLOCK_MONOTONIC)))
        }
        return lengths
    }

    private func forward(_ lengths: [Int]) {
        guard !lengths.isEmpty else { return }
        for index in receivers.indices {
            var run = 0
            for (row, length) in lengths.enumerated() {
                let sealed = seal(row, length, for: index)
                guard sealed > 0 else { continue }
                append(sealed, to: index, run: &run)
            }
        }
        flush()
    }

    private func seal(_ row: Int, _ length: Int, for receiver: Int) -> Int {
        let buffer = UnsafeMutableRawBufferPointer(start: bytes + used, count: Self.datagramBytes)
        buffer.baseAddress!.copyMemory(from: plain.baseAddress! + row * Self.datagramBytes, byteCount: length)
        buffer.setUInt16(sequences[receiver], at: 2)
        buffer.setUInt32(UInt32(1000 + receiver), at: 8)
        sequences[receiver] &+= 1
        return receivers[receiver].session.protectRTP(buffer, length: length) ?? 0
    }

    /// Into the run of the message before it, or into a new message.
    private func append(_ length: Int, to receiver: Int, run: inout Int) {
        figures.packets += 1
        let last = messageCount - 1
        let joins = run > 0 && run < longestRun && vectors[last].iov_len == run * segmentOfLast && length <= segmentOfLast
        if joins, vectors[last].iov_len + length <= Self.longestRunBytes {
            vectors[last].iov_len += length
            run += 1
        } else {
            if messageCount == Self.messagesPerCall || used + 2 * Self.datagramBytes > Self.capacity * Self.datagramBytes {
                moveToFront(length)
            }
            vectors[messageCount] = iovec(iov_base: bytes + used, iov_len: length)
            names[messageCount] = receivers[receiver].address
            segments[messageCount] = UInt16(length)
            messageCount += 1
            run = 1
        }
        used += length
    }

    private var segments = [UInt16](repeating: 0, count: messagesPerCall)
    private var segmentOfLast: Int { Int(segments[messageCount - 1]) }

    /// Sends what is there; the datagram that was just sealed behind it then comes first.
    private func moveToFront(_ length: Int) {
        let sealed = bytes + used
        flush()
        bytes.copyMemory(from: sealed, byteCount: length)
    }

    private func flush() {
        for index in 0..<messageCount {
            messages[index].header.msg_controllen = 0
            if vectors[index].iov_len > Int(segments[index]) { parley_add_segment_size(&messages[index].header, segments[index]) }
        }
        var at = 0
        while at < messageCount {
            let sent = Int(parley_sendmmsg(descriptor, messages + at, UInt32(messageCount - at)))
            if sent > 0 {
                at += sent
            } else {
                figures.failures += 1
                at += 1
            }
        }
        figures.messages += UInt64(messageCount)
        messageCount = 0
        used = 0
    }

}

extension SRTPKeyingMaterial {
    /// For those here who do without a handshake.
    public static func random(_ profile: SRTPProfile) -> SRTPKeyingMaterial {
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
        let salt = profile == .aeadAES128GCM ? 12 : 14
        return SRTPKeyingMaterial(
            profile: profile, clientKey: bytes(16), clientSalt: bytes(salt), serverKey: bytes(16), serverSalt: bytes(salt))
    }
}
