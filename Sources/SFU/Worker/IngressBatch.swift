import CLinux
import Glibc

/// Buffers for one `recvmmsg`. Made once; nothing is allocated per datagram.
struct IngressBatch: ~Copyable {
    /// More than 64 in one call saves nothing (reference/media.md), and a worker must get round to sending.
    static let capacity = 64

    private let messages: UnsafeMutablePointer<parley_message>
    private let vectors: UnsafeMutablePointer<iovec>
    private let sources: UnsafeMutablePointer<sockaddr_storage>
    private let control: UnsafeMutableRawPointer
    private let bytes: UnsafeMutableRawPointer
    private static let controlBytes = Int(PARLEY_RECEIVE_CONTROL_BYTES)

    init() {
        messages = .allocate(capacity: Self.capacity)
        vectors = .allocate(capacity: Self.capacity)
        sources = .allocate(capacity: Self.capacity)
        control = .allocate(byteCount: Self.capacity * Self.controlBytes, alignment: 16)
        bytes = .allocate(byteCount: Self.capacity * Outbox.datagramBytes, alignment: 64)
        for index in 0..<Self.capacity {
            // The kernel marks what does not fit as cut, so an oversize datagram is known without room for it.
            vectors[index] = iovec(iov_base: bytes + index * Outbox.datagramBytes, iov_len: Outbox.datagramBytes)
            messages[index] = parley_message()
            messages[index].header.msg_name = UnsafeMutableRawPointer(sources + index)
            messages[index].header.msg_iov = vectors + index
            messages[index].header.msg_iovlen = 1
            messages[index].header.msg_control = control + index * Self.controlBytes
        }
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        sources.deallocate()
        control.deallocate()
        bytes.deallocate()
    }

    /// - Returns: how many datagrams were read; 0 when there are none now.
    mutating func receive(_ socket: Int32) -> Int {
        for index in 0..<Self.capacity {
            messages[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
            messages[index].header.msg_controllen = Self.controlBytes
        }
        return max(0, Int(parley_recvmmsg(socket, messages, UInt32(Self.capacity))))
    }

    /// The bytes of a datagram just received; `nil` if it was longer than a datagram may be.
    @inline(__always)
    func datagram(_ index: Int) -> UnsafeMutableRawBufferPointer? {
        guard messages[index].header.msg_flags & Int32(MSG_TRUNC) == 0 else { return nil }
        return UnsafeMutableRawBufferPointer(start: bytes + index * Outbox.datagramBytes, count: Int(messages[index].length))
    }

    @inline(__always)
    func source(_ index: Int) -> SocketAddress? { SocketAddress(sources + index) }

    @inline(__always)
    func ancillary(_ index: Int) -> parley_received {
        var received = parley_received()
        parley_read_control(&messages[index].header, &received)
        return received
    }
}

extension LocalAddress {
    /// Where a datagram was sent to, as the kernel says.
    @inline(__always)
    init(_ received: parley_received) {
        switch received.family {
        case AF_INET: self.init(ip: IPAddressBytes(received.destination4), interfaceIndex: received.interface_index)
        case AF_INET6: self.init(ip: IPAddressBytes(received.destination6), interfaceIndex: received.interface_index)
        default: self = .any
        }
    }
}
