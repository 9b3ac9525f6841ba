import CLinux
import CNice
import Glibc

/// The controlling side of ICE on one connected socket: checks with USE-CANDIDATE every 50 ms until one is answered, then every 2.5 s for
/// consent (RFC 7675), and answers to the other side's checks. Messages are libnice's.
package final class ICEControllingAgent {
    private static let checkInterval: Int64 = 50_000_000
    private static let consentInterval: Int64 = 2_500_000_000
    /// RFC 8445 §5.1.2: host candidate, component 1.
    private static let priority: UInt32 = 0x7EFF_FFFF
    /// Unanswered checks that are remembered; libnice holds at most 200.
    private static let outstandingBound = 32

    private(set) var isConnected = false
    private(set) var nextCheck: Int64 = 0
    private let agent = UnsafeMutablePointer<StunAgent>.allocate(capacity: 1)
    private let username: [UInt8]
    // libnice keeps pointers to keys until an answer is there.
    private let remotePassword: UnsafeMutableBufferPointer<UInt8>
    private let localPassword: UnsafeMutableBufferPointer<UInt8>
    private let known: UnsafeMutablePointer<UInt16>
    private let tie: UInt64
    private var outstanding: [StunTransactionId] = []

    package init(localUfrag: String, localPassword: String, remoteUfrag: String, remotePassword: String, tie: UInt64) {
        username = Array("\(remoteUfrag):\(localUfrag)".utf8)
        self.remotePassword = Self.copy(remotePassword)
        self.localPassword = Self.copy(localPassword)
        self.tie = tie
        let attributes: [StunAttribute] = [
            STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY, STUN_ATTRIBUTE_ERROR_CODE, STUN_ATTRIBUTE_PRIORITY,
            STUN_ATTRIBUTE_USE_CANDIDATE, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, STUN_ATTRIBUTE_ICE_CONTROLLED, STUN_ATTRIBUTE_ICE_CONTROLLING,
        ]
        known = .allocate(capacity: attributes.count + 1)
        for (index, attribute) in attributes.enumerated() { known[index] = UInt16(attribute.rawValue) }
        known[attributes.count] = 0
        let flags =
            STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS.rawValue | STUN_AGENT_USAGE_USE_FINGERPRINT.rawValue
            | STUN_AGENT_USAGE_NO_INDICATION_AUTH.rawValue
        stun_agent_init(agent, known, STUN_COMPATIBILITY_RFC5389, StunAgentUsageFlags(rawValue: flags))
    }

    deinit {
        agent.deallocate()
        known.deallocate()
        remotePassword.deallocate()
        localPassword.deallocate()
    }

    /// Sends the check that is due, if one is.
    package func advance(to now: Int64, socket: Int32) {
        guard now >= nextCheck else { return }
        nextCheck = now + (isConnected ? Self.consentInterval : Self.checkInterval)
        var message = StunMessage()
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { buffer in
            let length = stun_usage_ice_conncheck_create(
                agent, &message, buffer.baseAddress, buffer.count, username, username.count, remotePassword.baseAddress,
                remotePassword.count, true, true, Self.priority, tie, nil, STUN_USAGE_ICE_COMPATIBILITY_RFC5245)
            remember(&message)
            send(socket, buffer.baseAddress, length, 0)
        }
    }

    /// - Returns: whether this was the first answer.
    package func receive(_ datagram: UnsafeRawBufferPointer, socket: Int32) -> Bool {
        var message = StunMessage()
        let bytes = datagram.assumingMemoryBound(to: UInt8.self)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let status = stun_agent_validate(
            agent, &message, bytes.baseAddress, bytes.count,
            { _, _, _, _, password, length, context in
                guard let context, let password, let length else { return false }
                let agent = Unmanaged<ICEControllingAgent>.fromOpaque(context).takeUnretainedValue()
                password.pointee = agent.localPassword.baseAddress
                length.pointee = agent.localPassword.count
                return true
            }, context)
        guard status == STUN_VALIDATION_SUCCESS else { return false }
        switch stun_message_get_class(&message) {
        case STUN_REQUEST: answer(&message, socket)
        case STUN_RESPONSE:
            let wasConnected = isConnected
            isConnected = true
            return !wasConnected
        default: break
        }
        return false
    }

    private func answer(_ request: inout StunMessage, _ socket: Int32) {
        var source = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &source) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &length) }
        }
        var reply = StunMessage()
        var isControlling = true
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { buffer in
            var bytes = buffer.count
            _ = stun_usage_ice_conncheck_create_reply(
                agent, &request, &reply, buffer.baseAddress, &bytes, &source, length, &isControlling, tie,
                STUN_USAGE_ICE_COMPATIBILITY_RFC5245)
            if bytes > 0 { send(socket, buffer.baseAddress, bytes, 0) }
        }
    }

    /// A check that is never answered would stay in libnice's table of 200 for ever.
    private func remember(_ message: inout StunMessage) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { id in
            stun_message_id(&message, id.baseAddress)
            outstanding.append(UnsafeRawPointer(id.baseAddress!).loadUnaligned(as: StunTransactionId.self))
        }
        guard outstanding.count > Self.outstandingBound else { return }
        var oldest = outstanding.removeFirst()
        withUnsafeMutableBytes(of: &oldest) {
            _ = stun_agent_forget_transaction(agent, $0.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
    }

    private static func copy(_ text: String) -> UnsafeMutableBufferPointer<UInt8> {
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        _ = bytes.initialize(from: text.utf8)
        return bytes
    }
}
