import CLinux
import Glibc
import RTP
import SFU
import Simulation

/// One client on loopback: a socket of its own, ICE checks, DTLS, SRTP. Driven from one thread.
final class LoadPeer {
    let id: PeerID
    let descriptor: Int32
    private let dtls: DTLSClient
    private let ice: ICEClient
    private var srtp: SRTPSession?
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)

    /// Opens the peer at the server; `connect` then does the rest.
    init(_ number: UInt64, room: RoomID, sections: Sections, server: MediaServer) throws {
        id = PeerID(number)
        dtls = try DTLSClient()
        let local = ICECredentials(ufrag: "load\(number)", password: "a-password-of-22-letters\(number)")
        let remote = ICECredentials(ufrag: "srv\(number)", password: "the-server's-password-\(number)")
        ice = ICEClient(local: local, remote: remote, random: RandomSource(seed: number), start: Self.now)
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard let candidate = server.endpoint(for: ParticipantID(1), in: room).candidates.first(where: { $0.address == "127.0.0.1" }) else {
            throw BenchFailure(description: "the server does not listen on 127.0.0.1")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = candidate.port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
        }
        guard status == 0 else { throw BenchFailure(description: "connect: errno \(errno)") }
        var buffer: Int32 = 4 << 20
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
        server.send(
            .openPeer(
                PeerParameters(
                    id: id, room: room, participant: ParticipantID(number), localICE: remote, remoteICE: local,
                    remoteFingerprint: dtls.fingerprint, sections: sections, rights: PeerRights())))
    }

    deinit {
        close(descriptor)
        scratch.deallocate()
    }

    /// - Throws: if media does not flow within 10 s.
    func connect() throws {
        let end = Self.now + .seconds(10)
        while srtp == nil {
            guard Self.now < end else { throw BenchFailure(description: "peer \(id.rawValue) did not connect") }
            if let check = ice.check(at: Self.now) { send(check) }
            if ice.isAnswered { send(dtls.advance()) }
            guard let length = receive(within: 20) else { continue }
            let datagram = UnsafeRawBufferPointer(rebasing: scratch[..<length])
            switch PacketClass.classify(datagram) {
            case .stun: _ = ice.receive(Array(datagram), at: Self.now)
            case .dtls: send(dtls.advance(received: datagram))
            default: break
            }
            if dtls.isDone { srtp = try SRTPSession(dtls.keyingMaterial(), role: .client, counters: Counters()) }
        }
    }

    /// Renews consent, where it is due.
    func keepAlive() {
        if let check = ice.check(at: Self.now) { send(check) }
    }

    /// Encrypts and sends an RTP packet that `write` puts into a buffer of 1,500 bytes.
    func sendRTP(_ write: (UnsafeMutableRawBufferPointer) -> Int) {
        let length = write(scratch)
        if let sealed = srtp?.protectRTP(scratch, length: length) { Glibc.send(descriptor, scratch.baseAddress, sealed, 0) }
    }

    func sendRTCP(_ write: (UnsafeMutableRawBufferPointer) -> Int) {
        let length = write(scratch)
        if let sealed = srtp?.protectRTCP(scratch, length: length) { Glibc.send(descriptor, scratch.baseAddress, sealed, 0) }
    }

    /// Throws away what has arrived; how many datagrams it was.
    func discard() -> Int {
        var count = 0
        while recv(descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT)) > 0 { count += 1 }
        return count
    }

    private func send(_ bytes: [UInt8]) {
        if !bytes.isEmpty { Glibc.send(descriptor, bytes, bytes.count, 0) }
    }

    private func receive(within milliseconds: Int32) -> Int? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) > 0 else { return nil }
        let length = recv(descriptor, scratch.baseAddress, scratch.count, 0)
        return length > 0 ? length : nil
    }

    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
