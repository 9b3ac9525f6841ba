import CLinux
import Glibc
import RTP
import SFU
import Synchronization

/// One client: a socket of its own, ICE, DTLS, SRTP, and what it counts.
///
/// Made on any thread; from `Receiver.connect` on the receive thread owns the handshakes and everything inbound, and, once it is up, the send
/// thread everything outbound.
public final class Endpoint: @unchecked Sendable {
    enum State: Int {
        case new, connecting, up, failed
    }

    public let ufrag: String
    public let password: String
    public let address: String
    public private(set) var port: UInt16 = 0
    public let counters = EndpointCounters()
    /// Which profile the handshake chose; after `isUp`.
    public private(set) var profile: SRTPProfile?
    /// The sentence to it, after `hasFailed`.
    public private(set) var failure = ""

    let descriptor: Int32
    private(set) var srtp: SRTPSession?
    /// Streams that it publishes, for keyframe requests. Set before it connects.
    public var published: [SendStream] = []
    private let state = Atomic(State.new.rawValue)
    private var ice: ICEControllingAgent?
    private var dtls: DTLSHandshake?
    private var remote: RemoteParameters?
    private var sequences = SequenceTracker()
    private var sampled = 0
    private let context: DTLSContext
    private static let bufferBytes: Int32 = 8 << 20

    /// - Parameters:
    ///   - address: IPv4 address to bind to.
    ///   - random: for credentials.
    public init(address: String, context: DTLSContext) throws {
        self.address = address
        self.context = context
        ufrag = Self.token(8)
        password = Self.token(24)
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket: errno \(errno)") }
        var size = Self.bufferBytes
        for option in [SO_RCVBUFFORCE, SO_SNDBUFFORCE] {
            setsockopt(descriptor, SOL_SOCKET, option, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, socklen_t(MemoryLayout<Int32>.size))
        guard var bound = SocketAddress(address, port: 0)?.ipv4 else { throw BenchError("\(address) is no IPv4 address") }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &bound) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
            }
        }
        guard status == 0 else { throw BenchError("bind to \(address): errno \(errno)") }
        port = UInt16(bigEndian: bound.sin_port)
    }

    deinit { close(descriptor) }

    public var isUp: Bool { state.load(ordering: .acquiring) == State.up.rawValue }
    public var hasFailed: Bool { state.load(ordering: .acquiring) == State.failed.rawValue }

    // MARK: The receive thread's

    func begin(_ remote: RemoteParameters) {
        self.remote = remote
        guard connectSocket(to: remote.address, remote.port) else { return fail("connect to \(remote.address): errno \(errno)") }
        ice = ICEControllingAgent(
            localUfrag: ufrag, localPassword: password, remoteUfrag: remote.ufrag, remotePassword: remote.password,
            tie: UInt64.random(in: 1...UInt64.max))
        state.store(State.connecting.rawValue, ordering: .releasing)
        advance(to: parley_clock_ns(CLOCK_MONOTONIC))
    }

    /// Keys without a handshake, for the bare loop, which has none.
    public func install(_ keying: SRTPKeyingMaterial, remotePort: UInt16) throws {
        guard connectSocket(to: address, remotePort) else { throw BenchError("connect: errno \(errno)") }
        srtp = try SRTPSession(keying, role: .client, counters: Counters())
        profile = keying.profile
        state.store(State.up.rawValue, ordering: .releasing)
    }

    /// Checks, consent and retransmissions that are due.
    func advance(to now: Int64) {
        ice?.advance(to: now, socket: descriptor)
        // Afterwards only what arrives: a server that lost our last flight asks for it again.
        if dtls != nil, srtp == nil { handshake(nil) }
    }

    @inline(__always)
    func receive(_ datagram: UnsafeMutableRawBufferPointer, at now: Int64, sampling every: Int, delays: LatencyHistogram) {
        let bytes = UnsafeRawBufferPointer(datagram)
        switch PacketClass.classify(bytes) {
        case .rtp: receiveRTP(datagram, at: now, sampling: every, delays: delays)
        case .rtcp: receiveRTCP(datagram)
        case .stun: if ice?.receive(bytes, socket: descriptor) == true { startHandshake() }
        case .dtls:
            if dtls == nil, srtp == nil { startHandshake() }
            handshake(bytes)
        case .unknown: break
        }
    }

    private func receiveRTP(
        _ packet: UnsafeMutableRawBufferPointer, at now: Int64, sampling every: Int, delays: LatencyHistogram
    ) {
        let bytes = UnsafeRawBufferPointer(packet)
        counters.bytes.increase(by: UInt64(packet.count))
        counters.expected.increase(by: sequences.received(bytes.uint16(at: 2), ssrc: bytes.uint32(at: 8)))
        guard bytes[0] & 0x20 == 0 else { return counters.padding.increase() }
        counters.packets.increase()
        sampled += 1
        guard sampled >= every else { return }
        sampled = 0
        guard let length = srtp?.unprotectRTP(packet),
            let header = try? RTPHeader(parsing: UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        else { return counters.undecryptable.increase() }
        switch ContentStamp.read(endOf: UnsafeRawBufferPointer(rebasing: bytes[header.payloadRange])) {
        case .intact(let stamp):
            counters.intact.increase()
            delays.record(now - stamp.sentNanoseconds)
        case .altered: counters.altered.increase()
        case .absent: counters.unstamped.increase()
        }
    }

    /// Only keyframe requests matter: RFC 4585 §6.3.1 (PLI) and RFC 5104 §4.3.1 (FIR).
    private func receiveRTCP(_ packet: UnsafeMutableRawBufferPointer) {
        counters.rtcp.increase()
        guard !published.isEmpty, let length = srtp?.unprotectRTCP(packet) else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: packet[..<length])
        var at = 0
        while at + 12 <= length {
            let size = 4 + 4 * Int(bytes.uint16(at: at + 2))
            let format = bytes[at] & 0x1F
            guard at + size <= length else { return }
            if bytes[at + 1] == 206, format == 1 { requestKeyframe(bytes.uint32(at: at + 8)) }
            if bytes[at + 1] == 206, format == 4, size >= 20 { requestKeyframe(bytes.uint32(at: at + 12)) }
            at += size
        }
    }

    private func requestKeyframe(_ ssrc: UInt32) {
        for stream in published where stream.ssrc.rawValue == ssrc { stream.keyframeWanted.store(true, ordering: .relaxed) }
    }

    private func startHandshake() {
        guard dtls == nil, srtp == nil, let remote else { return }
        do {
            // A passive server waits for our ClientHello; an active one sends its own. `actpass` is an offer, which we answer `active`.
            dtls = try DTLSHandshake(context, role: remote.setup == "active" ? .server : .client, remoteFingerprint: remote.fingerprint)
            handshake(nil)
        } catch { fail("\(error)") }
    }

    private func handshake(_ datagram: UnsafeRawBufferPointer?) {
        guard let dtls else { return }
        switch dtls.advance(received: datagram, send: { _ = send(descriptor, $0.baseAddress, $0.count, 0) }) {
        case .going: break
        case .failed(let why): fail(why)
        case .done(let keying):
            guard srtp == nil else { return }
            guard let session = try? SRTPSession(keying, role: remote?.setup == "active" ? .server : .client, counters: Counters()) else {
                return fail("libsrtp refuses the keys")
            }
            srtp = session
            profile = keying.profile
            state.store(State.up.rawValue, ordering: .releasing)
        }
    }

    private func fail(_ why: String) {
        failure = why
        dtls = nil
        state.store(State.failed.rawValue, ordering: .releasing)
    }

    private func connectSocket(to address: String, _ port: UInt16) -> Bool {
        guard var remote = SocketAddress(address, port: port)?.ipv4 else { return false }
        return withUnsafeMutablePointer(to: &remote) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func token(_ length: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return String((0..<length).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }
}

extension SocketAddress {
    /// As the system's calls want it; the generator speaks IPv4.
    var ipv4: sockaddr_in? {
        guard !isIPv6 else { return nil }
        var storage = sockaddr_storage()
        _ = write(to: &storage, family: AF_INET)
        return withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
    }
}
