import Glibc
import LoadGenerator
import RTP
import SFU

/// A client of a `MediaCore` in this process: the generator's ICE agent, which writes into one end of a pair of sockets, and its DTLS handshake.
final class RoomClient {
    let parameters: PeerParameters
    let address: SocketAddress
    private(set) var srtp: SRTPSession?
    private let ice: ICEControllingAgent
    private let handshake: DTLSHandshake
    private let agentEnd: Int32
    private let coreEnd: Int32
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)

    init(_ number: UInt64, sections: Sections, context: DTLSContext, identity: DTLSIdentity) throws {
        guard let address = SocketAddress("192.0.2.1", port: UInt16(10_000 + number)) else { throw BenchFailure("no address") }
        self.address = address
        var pair: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &pair) == 0 else {
            throw BenchFailure("socketpair: errno \(errno)")
        }
        (agentEnd, coreEnd) = (pair[0], pair[1])
        let local = ICECredentials(ufrag: "client\(number)", password: "a-password-of-22-letters\(number)")
        let remote = ICECredentials(ufrag: "server\(number)", password: "the-server's-password-\(number)")
        ice = ICEControllingAgent(
            localUfrag: local.ufrag, localPassword: local.password, remoteUfrag: remote.ufrag, remotePassword: remote.password, tie: number)
        handshake = try DTLSHandshake(context, role: .client, remoteFingerprint: Self.text(identity.fingerprint.bytes))
        parameters = PeerParameters(
            id: PeerID(number), room: RoomID(1), participant: ParticipantID(number), localICE: remote, remoteICE: local,
            remoteFingerprint: Fingerprint(algorithm: .sha256, bytes: Self.bytes(context.fingerprint)), sections: sections,
            rights: PeerRights())
    }

    deinit {
        close(agentEnd)
        close(coreEnd)
        scratch.deallocate()
    }

    /// - Throws: if there are no keys after so many flights.
    func connect(to core: MediaCore, at now: Instant, _ outbox: inout Outbox) throws {
        check(core, at: now, &outbox)
        var pending: [[UInt8]] = []
        for _ in 0..<20 where srtp == nil {
            let inbound = take(&outbox, .dtls)
            for datagram in inbound.isEmpty ? [nil] : inbound.map(Optional.some) { try advance(datagram, &pending) }
            for datagram in pending { deliver(datagram, to: core, at: now, &outbox) }
            pending = []
            core.advance(to: now, into: &outbox)
        }
        guard srtp != nil else { throw BenchFailure("a peer did not connect") }
        outbox.removeAll()
    }

    /// One check of ICE, which renews consent.
    func check(_ core: MediaCore, at now: Instant, _ outbox: inout Outbox) {
        ice.advance(to: now.nanoseconds, socket: agentEnd)
        while case let length = recv(coreEnd, scratch.baseAddress, scratch.count, 0), length > 0 {
            core.receive(UnsafeMutableRawBufferPointer(rebasing: scratch[..<length]), from: address, to: .any, at: now, into: &outbox)
        }
        for datagram in take(&outbox, .stun) { _ = datagram.withUnsafeBytes { ice.receive($0, socket: agentEnd) } }
    }

    private func advance(_ datagram: [UInt8]?, _ pending: inout [[UInt8]]) throws {
        let progress =
            if let datagram {
                datagram.withUnsafeBytes { bytes in handshake.advance(received: bytes) { pending.append(Array($0)) } }
            } else {
                handshake.advance { pending.append(Array($0)) }
            }
        switch progress {
        case .going: break
        case .failed(let why): throw BenchFailure("DTLS: \(why)")
        case .done(let keying): if srtp == nil { srtp = try SRTPSession(keying, role: .client, counters: Counters()) }
        }
    }

    private func deliver(_ datagram: [UInt8], to core: MediaCore, at now: Instant, _ outbox: inout Outbox) {
        scratch.copyBytes(from: datagram)
        core.receive(UnsafeMutableRawBufferPointer(rebasing: scratch[..<datagram.count]), from: address, to: .any, at: now, into: &outbox)
    }

    /// The datagrams of one class that wait for us; the others are dropped.
    private func take(_ outbox: inout Outbox, _ kind: PacketClass) -> [[UInt8]] {
        var taken: [[UInt8]] = []
        outbox.forEachDatagram { to, _, datagram in
            guard to == address, PacketClass.classify(UnsafeRawBufferPointer(datagram)) == kind else { return }
            taken.append(Array(datagram))
        }
        outbox.removeAll()
        return taken
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: ":")
    }

    private static func bytes(_ fingerprint: String) -> [UInt8] { fingerprint.split(separator: ":").compactMap { UInt8($0, radix: 16) } }
}
