import SFU

/// Where this server's media is reached: the worker's addresses and certificate.
package struct AnswerEndpoint: Equatable, Sendable {
    package var candidates: [AnswerCandidate]
    package var fingerprint: Fingerprint

    package init(candidates: [AnswerCandidate], fingerprint: Fingerprint) {
        self.candidates = candidates
        self.fingerprint = fingerprint
    }

    /// `a=candidate` lines and `a=end-of-candidates` (RFC 8839 §5.1, RFC 8840 §4.1): an ICE-lite server has said everything.
    var attributes: [SDPAttribute] {
        candidates.enumerated().map { index, candidate in
            SDPAttribute("candidate", "\(index + 1) 1 udp \(candidate.priority) \(candidate.address) \(candidate.port) typ host")
        } + [SDPAttribute("end-of-candidates")]
    }
}

/// One host candidate on UDP, component 1.
package struct AnswerCandidate: Equatable, Sendable {
    /// An IPv4 or IPv6 address, or a name.
    package var address: String
    package var port: UInt16
    /// RFC 8445 §5.1.2.
    package var priority: UInt32

    package init(address: String, port: UInt16, priority: UInt32) {
        self.address = address
        self.port = port
        self.priority = priority
    }
}
