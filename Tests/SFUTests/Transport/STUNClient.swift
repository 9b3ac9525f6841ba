import CNice
import Glibc
import RTP

@testable import SFU

/// Writes connectivity checks with libnice's client side, and reads the answers: the independent peer of `ICEAgentLite`.
final class STUNClient {
    private let agent = UnsafeMutablePointer<StunAgent>.allocate(capacity: 1)
    private let known: UnsafeMutablePointer<UInt16>
    private let password: UnsafeMutableBufferPointer<UInt8>
    let username: String

    init(username: String = "local:remote", password: String = STUNClient.password) {
        self.username = username
        self.password = .allocate(capacity: password.utf8.count)
        _ = self.password.initialize(from: password.utf8)
        known = .allocate(capacity: 9)
        known.initialize(
            from: [0x0001, 0x0006, 0x0008, 0x0009, 0x0020, 0x0024, 0x0025, 0x8029, 0], count: 9)
        agent.initialize(to: StunAgent())
        let flags = STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS.rawValue | STUN_AGENT_USAGE_USE_FINGERPRINT.rawValue
        stun_agent_init(agent, known, STUN_COMPATIBILITY_RFC5389, StunAgentUsageFlags(rawValue: flags))
    }

    deinit {
        agent.deallocate()
        known.deallocate()
        password.deallocate()
    }

    static let password = "a password of our own"

    /// One connectivity check.
    func check(nominating: Bool = false, controlling: Bool = true, tieBreaker: UInt64 = 0x1234_5678) -> [UInt8] {
        var message = StunMessage()
        var buffer = [UInt8](repeating: 0, count: 1500)
        let name = Array(username.utf8)
        let count = stun_usage_ice_conncheck_create(
            agent, &message, &buffer, buffer.count, name, name.count, password.baseAddress, password.count, nominating, controlling,
            0x6E00_1EFF, tieBreaker, nil, STUN_USAGE_ICE_COMPATIBILITY_RFC5245)
        return Array(buffer.prefix(count))
    }

    /// A binding request with the attributes that authentication needs and no other, the shortest that can be authentic.
    func minimalCheck() -> [UInt8] {
        var message = StunMessage()
        var buffer = [UInt8](repeating: 0, count: 1500)
        stun_agent_init_request(agent, &message, &buffer, buffer.count, STUN_BINDING)
        let name = Array(username.utf8)
        stun_message_append_bytes(&message, STUN_ATTRIBUTE_USERNAME, name, name.count)
        let count = stun_agent_finish_message(agent, &message, password.baseAddress, password.count)
        return Array(buffer.prefix(count))
    }

    /// What an answer says.
    enum Answer: Equatable {
        case success(mapped: SocketAddress?)
        case error(Int32)
        /// Not an authentic answer to a request of this client.
        case invalid(UInt32)
    }

    func read(_ answer: [UInt8]) -> Answer {
        var message = StunMessage()
        var buffer = answer
        let status = stun_agent_validate(agent, &message, &buffer, buffer.count, nil, nil)
        guard status == STUN_VALIDATION_SUCCESS else { return .invalid(status.rawValue) }
        if stun_message_get_class(&message) == STUN_ERROR {
            var code: Int32 = 0
            stun_message_find_error(&message, &code)
            return .error(code)
        }
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let found = stun_message_find_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &address, &length)
        return .success(mapped: found == STUN_MESSAGE_RETURN_SUCCESS ? SocketAddress(&address) : nil)
    }
}
