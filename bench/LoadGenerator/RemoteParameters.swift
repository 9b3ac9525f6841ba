/// What a server's description says about the one path to it.
public struct RemoteParameters: Equatable, Sendable {
    public var address: String
    public var port: UInt16
    public var ufrag: String
    public var password: String
    /// `AB:CD:…` of SHA-256.
    public var fingerprint: String
    /// `active`, `passive` or `actpass`.
    public var setup: String
    /// In the order of the media sections.
    public var mids: [String]
    /// `audio` or `video`, section by section.
    public var kinds: [String]
    public var feedback: FeedbackTerms

    /// Reads an SDP offer or answer with everything on one transport.
    /// - Parameter address: the candidate of this address is taken, or the first there is.
    /// - Throws: if something that a connection needs is missing.
    public init(sdp: String, preferring address: String) throws {
        func values(_ name: String) -> [Substring] {
            sdp.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("a=\(name):") }.map { $0.dropFirst(name.count + 3) }
        }
        let candidates = values("candidate").map { $0.split(separator: " ") }.filter(Self.isUsable)
        guard let candidate = candidates.first(where: { $0[4] == address }) ?? candidates.first, let port = UInt16(candidate[5]),
            let ufrag = values("ice-ufrag").first, let password = values("ice-pwd").first, let setup = values("setup").first,
            let fingerprint = values("fingerprint").first(where: { $0.lowercased().hasPrefix("sha-256 ") })
        else { throw BenchError("the description lacks a candidate, credentials, a fingerprint or setup:\n\(sdp)") }
        self.address = String(candidate[4])
        self.port = port
        self.ufrag = String(ufrag)
        self.password = String(password)
        self.setup = String(setup)
        self.fingerprint = fingerprint.dropFirst(8).uppercased()
        mids = values("mid").map(String.init)
        feedback = FeedbackTerms(sdp: sdp.split(whereSeparator: \.isNewline))
        kinds = sdp.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("m=") }.map { String($0.dropFirst(2).prefix { $0 != " " }) }
    }

    /// Component 1, UDP, IPv4.
    private static func isUsable(_ candidate: [Substring]) -> Bool {
        guard candidate.count >= 8, candidate[1] == "1", candidate[2].lowercased() == "udp" else { return false }
        return !candidate[4].contains(":")
    }
}
