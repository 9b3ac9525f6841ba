import CNice
import Glibc
import RTP

/// The answering half of ICE (RFC 8445 §2.5, "lite"), spoken with libnice's STUN layer. One per worker: a `StunAgent` is 13 kB and keeps
/// nothing about peers when it only answers.
///
/// Nothing is sent, stored or changed for a request that does not carry one of our user fragments, a right MESSAGE-INTEGRITY and a right
/// FINGERPRINT: no error response either, so an unauthenticated sender cannot use this server to reflect traffic.
final class ICEAgentLite {
    enum Outcome {
        /// Nothing was changed, and nothing sent but a role conflict's 487 to an authenticated peer. The counter has been raised.
        case ignored(Counter)
        /// An authenticated check was answered and the transport told about it.
        case answered(Transport, nominated: Bool)
    }

    private let agent: UnsafeMutablePointer<StunAgent>
    private let knownAttributes: UnsafeMutablePointer<UInt16>
    private let counters: Counters

    init(counters: Counters) {
        self.counters = counters
        // libnice keeps the pointer: the list lives as long as the agent.
        let known = [
            STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY, STUN_ATTRIBUTE_ERROR_CODE, STUN_ATTRIBUTE_PRIORITY,
            STUN_ATTRIBUTE_USE_CANDIDATE, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
        ].map { UInt16(truncatingIfNeeded: $0.rawValue) }
        knownAttributes = .allocate(capacity: known.count + 1)
        knownAttributes.initialize(from: known + [0], count: known.count + 1)
        agent = .allocate(capacity: 1)
        agent.initialize(to: StunAgent())
        // USE_FINGERPRINT: replies carry one (clients ignore them otherwise) and requests must. NO_INDICATION_AUTH: keep-alives carry no
        // MESSAGE-INTEGRITY; they are recognised here and never answered.
        let flags =
            STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS.rawValue | STUN_AGENT_USAGE_USE_FINGERPRINT.rawValue
            | STUN_AGENT_USAGE_NO_INDICATION_AUTH.rawValue
        stun_agent_init(agent, knownAttributes, STUN_COMPATIBILITY_RFC5389, StunAgentUsageFlags(rawValue: flags))
    }

    deinit {
        agent.deallocate()
        knownAttributes.deallocate()
    }

    /// Judges one STUN datagram and answers it if it is an authenticated connectivity check.
    /// - Parameters:
    ///   - lookup: whose user fragment it is, if anyone's.
    ///   - admits: whether that one may be reached where the check came from. Asked only for authentic checks; refused ones get no answer.
    func receive(
        _ bytes: UnsafeMutableRawBufferPointer, from: SocketAddress, to: LocalAddress, at now: Instant,
        lookup: (ICEUfrag) -> Transport?, admits: () -> Bool = { true }, into outbox: inout Outbox
    ) -> Outcome {
        guard bytes.count >= 20, bytes[0] < 4, let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return ignore(.stunMalformed)
        }
        // RFC 8489 §5: class bits 0x0110 and method 0x001. Only binding requests are checks.
        guard bytes[0] == 0, bytes[1] == 1 else { return ignore(.stunNotARequest) }
        guard stun_message_validate_buffer_length(start, bytes.count, true) == bytes.count else { return ignore(.stunMalformed) }
        guard let ufrag = localUfrag(start, bytes.count), let transport = lookup(ufrag), let password = transport.password(of: ufrag) else {
            return ignore(.stunUnknownUfrag)
        }
        var request = StunMessage()
        if let reason = validate(&request, start, bytes.count, password) { return ignore(reason) }
        guard admits() else { return ignore(.stunAddressHeld) }
        return answer(&request, from: from, to: to, byteCount: bytes.count, at: now, transport, into: &outbox)
    }

    /// The part of USERNAME before the colon (RFC 8445 §7.2.2), which names one of us.
    private func localUfrag(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> ICEUfrag? {
        var message = StunMessage()
        message.agent = agent
        message.buffer = bytes
        message.buffer_len = count
        var length: UInt16 = 0
        guard let name = stun_message_find(&message, STUN_ATTRIBUTE_USERNAME, &length) else { return nil }
        let username = UnsafeRawBufferPointer(start: name, count: Int(length))
        guard let colon = username.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return ICEUfrag(UnsafeRawBufferPointer(rebasing: username[..<colon]))
    }

    /// - Returns: why the request is not authentic; `nil` if it is.
    private func validate(
        _ request: inout StunMessage, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ password: UnsafeMutableBufferPointer<UInt8>
    ) -> Counter? {
        var password = password
        let status = withUnsafeMutablePointer(to: &password) { context in
            stun_agent_validate(agent, &request, bytes, count, Self.passwordCallback, context)
        }
        switch status {
        case STUN_VALIDATION_SUCCESS: return nil
        case STUN_VALIDATION_UNAUTHORIZED, STUN_VALIDATION_UNAUTHORIZED_BAD_REQUEST: return .stunUnauthenticated
        case STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE, STUN_VALIDATION_UNKNOWN_ATTRIBUTE: return .stunUnknownAttribute
        default: return .stunMalformed
        }
    }

    /// Hands libnice the password that `receive` looked up. libnice keeps the pointer until the reply is written.
    private static let passwordCallback: StunMessageIntegrityValidate = { _, _, _, _, password, passwordLength, context in
        guard let context, let password, let passwordLength else { return false }
        let found = context.assumingMemoryBound(to: UnsafeMutableBufferPointer<UInt8>.self).pointee
        password.pointee = found.baseAddress
        passwordLength.pointee = found.count
        return true
    }

    private func answer(
        _ request: inout StunMessage, from: SocketAddress, to: LocalAddress, byteCount: Int, at now: Instant, _ transport: Transport,
        into outbox: inout Outbox
    ) -> Outcome {
        var accepted = false
        var replyCount = 0
        var refused: Counter?
        let sent = outbox.append(to: from, from: to) { buffer in
            var reply = StunMessage()
            let length = writeReply(&request, &reply, to: from, buffer)
            // RFC 8445 has every check carry PRIORITY and a role, which makes it as long as the reply. Without them it could amplify.
            guard length > 0, length * 5 <= byteCount * 6 else {
                refused = length > 0 ? .stunAmplification : .stunMalformed
                return 0
            }
            // A role conflict is told by the class of the reply: libnice returns the same value whether it answers 487 or switches roles.
            accepted = stun_message_get_class(&reply) == STUN_RESPONSE
            replyCount = length
            return length
        }
        if let refused { return ignore(refused) }
        guard sent else { return ignore(.sendQueueOverflow) }
        guard accepted else { return ignore(.stunRoleConflict) }
        counters.add(.stunAnswered)
        let nominated = stun_usage_ice_conncheck_use_candidate(&request)
        transport.checkReceived(from: from, to: to, nominated: nominated, bytes: byteCount, replied: replyCount, at: now)
        return .answered(transport, nominated: nominated)
    }

    private func writeReply(
        _ request: inout StunMessage, _ reply: inout StunMessage, to: SocketAddress, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        var source = sockaddr_storage()
        let sourceLength = to.write(to: &source, family: to.isIPv6 ? AF_INET6 : AF_INET)
        var length = buffer.count
        var controlling = false
        // The tie-breaker must be 0: with a higher one libnice would make *us* the controlling side (RFC 8445 §7.3.1.1), which lite never is.
        let bytes = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        _ = stun_usage_ice_conncheck_create_reply(
            agent, &request, &reply, bytes, &length, &source, sourceLength, &controlling, 0, STUN_USAGE_ICE_COMPATIBILITY_RFC5245)
        return length
    }

    private func ignore(_ reason: Counter) -> Outcome {
        counters.add(reason)
        return .ignored(reason)
    }
}
