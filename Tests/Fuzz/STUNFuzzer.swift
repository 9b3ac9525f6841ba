// sources: Sources/RTP Sources/SFU
// clang: Sources/CNice Sources/CSRTP Sources/COpenSSL Sources/CLinux Sources/CPrefetch Sources/CSRTPOpenSSL
// packages: nice libsrtp2 openssl
import CNice
import RTP
import SFU

/// The media port, at the media core's door: bytes as they are, and the same bytes as the attributes of a request that is authentic, which is
/// how far libnice lets a client with credentials reach.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = UnsafeRawBufferPointer(start: data, count: count)
    port.receive(bytes, isAuthentic: false)
    port.receiveAuthentic(attributes: bytes)
    return 0
}

nonisolated(unsafe) private let port = MediaPort()

private final class MediaPort {
    private let core: MediaCore
    private var outbox = Outbox(capacity: 16)
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    private let agent = UnsafeMutablePointer<StunAgent>.allocate(capacity: 1)
    private let known = UnsafeMutablePointer<UInt16>.allocate(capacity: 1)
    private let client = SocketAddress("2001:db8::1", port: 4000)!
    /// Never passes a check, so nothing it sends may be answered.
    private let stranger = SocketAddress("2001:db8::66", port: 4000)!
    private let to = LocalAddress("2001:db8::2")!
    private static let password = Array("a password of our own".utf8)

    init() {
        guard let identity = try? DTLSIdentity.generate() else { preconditionFailure("OpenSSL makes a certificate") }
        core = MediaCore(configuration: MediaCoreConfiguration(handshake: .openSSL(identity), randomSeed: 1), at: .zero)
        let credentials = ICECredentials(ufrag: "local", password: String(decoding: Self.password, as: UTF8.self))
        core.handle(
            .openPeer(
                PeerParameters(
                    id: PeerID(1), room: RoomID(1), participant: ParticipantID(1), localICE: credentials, remoteICE: credentials,
                    remoteFingerprint: identity.fingerprint, sections: Sections(), rights: PeerRights())), at: .zero, into: &outbox)
        known.pointee = 0
        agent.initialize(to: StunAgent())
        let flags = STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS.rawValue | STUN_AGENT_USAGE_USE_FINGERPRINT.rawValue
        stun_agent_init(agent, known, STUN_COMPATIBILITY_RFC5389, StunAgentUsageFlags(rawValue: flags))
    }

    func receive(_ bytes: UnsafeRawBufferPointer, isAuthentic: Bool) {
        guard bytes.count <= Outbox.datagramBytes else { return }
        room.copyMemory(from: bytes)
        let datagram = UnsafeMutableRawBufferPointer(rebasing: room[..<bytes.count])
        core.receive(datagram, from: isAuthentic ? client : stranger, to: to, at: .zero, into: &outbox)
        var out = 0
        outbox.forEachDatagram { _, _, datagram in out += datagram.count }
        precondition(out * 5 <= bytes.count * 6, "no more than 1.2 times goes out")
        precondition(isAuthentic || out == 0, "what is not authentic gets no answer")
        outbox.removeAll()
    }

    /// A binding request with these bytes between USERNAME and MESSAGE-INTEGRITY.
    func receiveAuthentic(attributes: UnsafeRawBufferPointer) {
        guard attributes.count <= 1000 else { return }
        var message = StunMessage()
        var buffer = [UInt8](repeating: 0, count: 1500)
        let name = Array("local:remote".utf8)
        let count = buffer.withUnsafeMutableBufferPointer { buffer -> Int in
            stun_agent_init_request(agent, &message, buffer.baseAddress, buffer.count, STUN_BINDING)
            stun_message_append_bytes(&message, STUN_ATTRIBUTE_USERNAME, name, name.count)
            // Raw attributes: whatever their own types and lengths say.
            let padded = (attributes.count + 3) & ~3
            let length = Int(buffer[2]) << 8 | Int(buffer[3])
            UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[(20 + length)...]).copyMemory(from: attributes)
            buffer[2] = UInt8((length + padded) >> 8)
            buffer[3] = UInt8((length + padded) & 0xFF)
            var password = Self.password
            let finished = stun_agent_finish_message(agent, &message, &password, password.count)
            var id = [UInt8](repeating: 0, count: 16)
            stun_message_id(&message, &id)
            stun_agent_forget_transaction(agent, &id)
            return finished
        }
        guard count > 0 else { return }
        buffer.withUnsafeBytes { receive(UnsafeRawBufferPointer(rebasing: $0[..<count]), isAuthentic: true) }
    }
}
