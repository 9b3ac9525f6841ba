import CNice
import RTP
import SFU

/// The controlling side of ICE against a lite server (RFC 8445 §2.5): checks every 50 ms until one is answered, then nominates and
/// renews consent every 2.5 s, as Chromium does. Messages are built and checked by libnice's STUN layer.
package final class ICEClient {
    package enum Reply: Equatable {
        /// The first valid answer, or a later one.
        case answered(first: Bool)
        case ignored
    }

    private static let checkInterval = Duration.milliseconds(50)
    private static let consentInterval = Duration.milliseconds(2500)
    /// Outstanding transactions that we still would accept.
    private static let outstandingBound = 32

    package private(set) var isAnswered = false
    package private(set) var nextDeadline: Instant
    package private(set) var checksSent = 0
    private let agent = UnsafeMutablePointer<StunAgent>.allocate(capacity: 1)
    /// libnice keeps pointers into both: they live as long as the agent.
    private let knownAttributes = UnsafeMutablePointer<UInt16>.allocate(capacity: 8)
    private let password: UnsafeMutableBufferPointer<UInt8>
    private let username: [UInt8]
    private var outstanding: [[UInt8]] = []
    private var random: RandomSource

    package init(local: ICECredentials, remote: ICECredentials, random: RandomSource, start: Instant) {
        username = Array("\(remote.ufrag):\(local.ufrag)".utf8)
        password = .allocate(capacity: remote.password.utf8.count)
        _ = password.initialize(from: remote.password.utf8)
        self.random = random
        nextDeadline = start
        let known: [StunAttribute] = [
            STUN_ATTRIBUTE_USERNAME, STUN_ATTRIBUTE_MESSAGE_INTEGRITY, STUN_ATTRIBUTE_ERROR_CODE, STUN_ATTRIBUTE_PRIORITY,
            STUN_ATTRIBUTE_USE_CANDIDATE, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
        ]
        for (index, attribute) in known.enumerated() { knownAttributes[index] = UInt16(attribute.rawValue) }
        knownAttributes[known.count] = 0
        let flags = STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS.rawValue | STUN_AGENT_USAGE_USE_FINGERPRINT.rawValue
        stun_agent_init(agent, knownAttributes, STUN_COMPATIBILITY_RFC5389, StunAgentUsageFlags(rawValue: flags))
    }

    deinit {
        agent.deallocate()
        knownAttributes.deallocate()
        password.deallocate()
    }

    /// The check that is due, if one is. The first goes without USE-CANDIDATE (Chromium), all later ones with it.
    package func check(at now: Instant) -> [UInt8]? {
        guard now >= nextDeadline else { return nil }
        nextDeadline = now + (isAnswered ? Self.consentInterval : Self.checkInterval)
        checksSent += 1
        return request(nominate: checksSent > 1)
    }

    /// Checks again at once (a new address, a new nomination).
    package func checkSoon(at now: Instant) {
        nextDeadline = now
    }

    private func request(nominate: Bool) -> [UInt8] {
        var message = StunMessage()
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256)
        defer { buffer.deallocate() }
        stun_agent_init_request(agent, &message, buffer.baseAddress, buffer.count, STUN_BINDING)
        // libnice drew the transaction id from its own randomness. RFC 8489 §5: it is bytes 8…19 of the header.
        let transaction = random.bytes(12)
        for (index, byte) in transaction.enumerated() { buffer[8 + index] = byte }
        if nominate { _ = stun_message_append_flag(&message, STUN_ATTRIBUTE_USE_CANDIDATE) }
        _ = stun_message_append32(&message, STUN_ATTRIBUTE_PRIORITY, 0x6E7F_1EFF)
        _ = stun_message_append64(&message, STUN_ATTRIBUTE_ICE_CONTROLLING, 0x5041_524C_4559_0001)
        _ = stun_message_append_bytes(&message, STUN_ATTRIBUTE_USERNAME, username, username.count)
        let length = stun_agent_finish_message(agent, &message, password.baseAddress, password.count)
        remember(buffer, transaction)
        return Array(buffer[0..<length])
    }

    private func remember(_ buffer: UnsafeMutableBufferPointer<UInt8>, _ transaction: [UInt8]) {
        outstanding.append(Array(buffer[4..<20]))
        if outstanding.count > Self.outstandingBound { forget(outstanding.removeFirst()) }
    }

    private func forget(_ id: [UInt8]) {
        var copy = id
        _ = stun_agent_forget_transaction(agent, &copy)
    }

    /// Checks MESSAGE-INTEGRITY, FINGERPRINT and the transaction of an answer.
    package func receive(_ datagram: [UInt8], at now: Instant) -> Reply {
        var message = StunMessage()
        let status = stun_agent_validate(agent, &message, datagram, datagram.count, nil, nil)
        guard status == STUN_VALIDATION_SUCCESS, stun_message_get_class(&message) == STUN_RESPONSE else { return .ignored }
        outstanding.removeAll { $0[...] == datagram[4..<20] }
        let isFirst = !isAnswered
        isAnswered = true
        if isFirst { nextDeadline = now }
        return .answered(first: isFirst)
    }
}
