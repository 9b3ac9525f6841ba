/// Where and to whom a client connects for one room: what goes into the answer's SDP.
public struct MediaEndpoint: Sendable, Equatable {
    /// Best first.
    public var candidates: [MediaCandidate]
    /// Of this server's certificate.
    public var fingerprint: Fingerprint

    public init(candidates: [MediaCandidate], fingerprint: Fingerprint) {
        self.candidates = candidates
        self.fingerprint = fingerprint
    }
}

/// A host candidate (RFC 8839 §5.1): UDP, component 1, since RTP and RTCP share it.
public struct MediaCandidate: Sendable, Equatable {
    /// Numeric, IPv6 without brackets.
    public var address: String
    public var port: UInt16
    public var priority: UInt32
    public var component: Int { 1 }
    public var type: String { "host" }

    public init(address: String, port: UInt16, priority: UInt32) {
        self.address = address
        self.port = port
        self.priority = priority
    }

    /// RFC 8445 §5.1.2.1: type preference 126 for host, local preference falling from the first address on, component 1.
    static func priority(position: Int) -> UInt32 {
        UInt32(126) << 24 | UInt32(65_535 - min(position, 65_535)) << 8 | UInt32(256 - 1)
    }
}
