import CLinux
import Glibc
import RTP
import SFU
import Synchronization

/// One client: a socket of its own, ICE, DTLS, SRTP, what it says of what it receives, and what it counts.
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
    /// The receive thread's: all that comes in, and the reports about it.
    private(set) var srtp: SRTPSession?
    /// The send thread's, by the same keys: media, and the reports about it. Their SSRCs are others, so no key stream is used twice.
    private(set) var sendingSRTP: SRTPSession?
    /// Streams that it publishes. Set before it connects.
    public var published: [SendStream] = []
    /// What of the media that comes to it is lost. Set before it connects.
    public var incomingLoss = LossPattern.none
    /// Sends no reports and asks for nothing again. Set before it connects.
    public var isSilent = false
    /// The receive thread's.
    private(set) var feedback = ReceiverFeedback(FeedbackTerms())
    var feedbackSchedule = FeedbackSchedule()
    var sampled = 0
    /// The send thread's.
    var senderSchedule = FeedbackSchedule()
    private let state = Atomic(State.new.rawValue)
    private var ice: ICEControllingAgent?
    private var dtls: DTLSHandshake?
    private var remote: RemoteParameters?
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
        feedback = ReceiverFeedback(isSilent ? FeedbackTerms() : remote.feedback)
        let repairType = remote.feedback.rtxPayloadType
        for stream in published { stream.repair.type = repairType.map { PayloadType($0) } }
        ice = ICEControllingAgent(
            localUfrag: ufrag, localPassword: password, remoteUfrag: remote.ufrag, remotePassword: remote.password,
            tie: UInt64.random(in: 1...UInt64.max))
        state.store(State.connecting.rawValue, ordering: .releasing)
        advance(to: parley_clock_ns(CLOCK_MONOTONIC))
    }

    /// Keys without a handshake, for the bare loop, which has none.
    public func install(_ keying: SRTPKeyingMaterial, role: SRTPSession.Role = .client, remotePort: UInt16) throws {
        guard connectSocket(to: address, remotePort) else { throw BenchError("connect: errno \(errno)") }
        try begin(with: keying, role: role)
        state.store(State.up.rawValue, ordering: .releasing)
    }

    /// Checks, consent and retransmissions that are due.
    func advance(to now: Int64) {
        ice?.advance(to: now, socket: descriptor)
        if feedbackSchedule.isDue(at: now) { sendReport(at: now) }
        sendNACKs(at: now)
        // Afterwards only what arrives: a server that lost our last flight asks for it again.
        if dtls != nil, srtp == nil { handshake(nil) }
    }

    @inline(__always)
    func receive(_ datagram: UnsafeMutableRawBufferPointer, at now: Int64, sampling every: Int, into records: DelayRecords) {
        let bytes = UnsafeRawBufferPointer(datagram)
        switch PacketClass.classify(bytes) {
        case .rtp: receiveRTP(datagram, at: now, sampling: every, into: records)
        case .rtcp: receiveRTCP(datagram, at: now)
        case .stun: if ice?.receive(bytes, socket: descriptor) == true { startHandshake() }
        case .dtls:
            if dtls == nil, srtp == nil { startHandshake() }
            handshake(bytes)
        case .unknown: break
        }
    }

    /// The send thread calls it, more than once.
    func beginReports(at now: Int64) {
        if senderSchedule.next == .max, !isSilent { senderSchedule.begin(at: now, seed: UInt32(port)) }
    }

    /// When the send thread has something to do next: what may be asked for again is looked for at every tick.
    func nextVisit(after now: Int64) -> Int64 {
        guard !published.contains(where: \.repair.remembers) else { return now }
        return published.reduce(senderSchedule.next) { min($0, $1.nextDue(now: now)) }
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
            do {
                try begin(with: keying, role: remote?.setup == "active" ? .server : .client)
            } catch { return fail("libsrtp refuses the keys") }
            if !isSilent { feedbackSchedule.begin(at: parley_clock_ns(CLOCK_MONOTONIC), seed: UInt32(port)) }
            state.store(State.up.rawValue, ordering: .releasing)
        }
    }

    private func begin(with keying: SRTPKeyingMaterial, role: SRTPSession.Role) throws {
        srtp = try SRTPSession(keying, role: role, counters: Counters())
        if !published.isEmpty { sendingSRTP = try SRTPSession(keying, role: role, counters: Counters()) }
        profile = keying.profile
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
